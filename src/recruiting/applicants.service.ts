import { loadGroups, requireGroup } from '../people/party-groups.js';
import { Council } from '../councils/council.entity.js';
import { Injectable } from '@nestjs/common';
import type { Actor } from '../people/access.js';
import type { ApplicationFacts } from './applications.service.js';
import { ApplicationForm, OfferForm } from './application-forms.js';
import { Campaign } from './campaign.entity.js';
import { CouncilsService } from '../councils/councils.service.js';
import { Database } from '../database/database.js';
import { KindsService } from '../kinds/kinds.service.js';
import { ReferenceService } from '../reference/reference.service.js';
import type { Role } from '../people/permissions.js';
import type { SkillLevels } from '../matching/problem/programme.js';
import { badField } from '../web/problems.js';
import { skillLevels } from '../kinds/skill-words.js';

/** What somebody says of a skill of their own counts as this until the appraisal, where 1 is aware and 5 a national expert. */
const CLAIMED_LEVEL = 3;

/** What an application may say, and what it then means, by who makes it. */
@Injectable()
export class Applicants {
  constructor(
    private readonly db: Database,
    private readonly reference: ReferenceService,
    private readonly kinds: KindsService,
    private readonly councils: CouncilsService,
  ) {}

  /** What may be chosen by the office or by who nominates. */
  async choices({ role, councilId }: Actor): Promise<object> {
    return {
      council: councilId ? await this.db.manager.findOneBy(Council, { id: councilId }) : null,
      positions: await this.reference.get('positions'),
      campaigns: nominatorOf(role)
        ? []
        : await this.db.manager.find(Campaign, { order: { until: 'DESC', title: 'ASC', id: 'ASC' } }),
    };
  }

  /** What may be chosen by whoever offers. */
  async offerChoices(): Promise<object> {
    return {
      positions: await this.reference.get('positions'),
      skills: await this.reference.get('skills'),
      councils: await this.councils.ofRegions(null),
      parties: await this.parties(),
    };
  }

  /** The facts in words, to be looked at before they are sent. Whoever offers is told of no campaign, and no level. */
  async said({ positions, skills, councilId, campaignId }: ApplicationFacts, own: boolean): Promise<object> {
    const words = await this.kinds.words();
    const tx = this.db.manager;
    return {
      council: councilId && (await tx.findOneByOrFail(Council, { id: councilId })),
      campaign: !own && campaignId && (await tx.findOneByOrFail(Campaign, { id: campaignId })),
      positions: positions.map(words.position),
      skills: Object.entries(skills).map(([skill, level]) =>
        own ? words.skill(skill) : `${words.skill(skill)} ${String(level)}`,
      ),
    };
  }

  /** A group office nominates members of its party, a council people of its own. */
  async applied(actor: Actor, form: ApplicationForm): Promise<ApplicationFacts> {
    const { campaign, council, party, skills, organisation, name, email, class: peerClass, positions } = form;
    const nominating = nominatorOf(actor.role);
    if (nominating === 'group' && peerClass !== 'member')
      throw badField('/class', 'a group office nominates members');
    return {
      name,
      email: email.toLowerCase(),
      class: peerClass,
      positions,
      skills: skillLevels(skills),
      organisation: organisation ?? null,
      campaignId: nominating === null && campaign ? campaign : null,
      party:
        nominating === 'group'
          ? actor.party
          : requireGroup(await loadGroups(this.db.manager), party, '/party'),
      councilId: nominating === 'employer' ? actor.councilId : await this.councilId(council),
    };
  }

  /** The class follows from the position. Members and officers come from a council or name what they serve. */
  async offered(form: OfferForm): Promise<ApplicationFacts> {
    const { campaign, name, email, party, council, organisation } = form;
    const position = (await this.reference.get('positions')).find(({ id }) => id === form.position);
    if (!position) throw badField('/position', 'Choose what you are');
    if (position.class === 'member' && !(await this.parties()).includes(party ?? ''))
      throw badField('/party', 'Choose your party or group');
    if (!council && !organisation)
      throw badField('/council', 'Choose your council, or enter your organisation');
    const skills: SkillLevels = Object.fromEntries(
      (form.skills ?? []).map((skill) => [skill, CLAIMED_LEVEL]),
    );
    const known = campaign && (await this.db.manager.existsBy(Campaign, { id: campaign }));
    return {
      name,
      email: email.toLowerCase(),
      class: position.class,
      positions: [position.id],
      skills,
      organisation: organisation ?? null,
      campaignId: known ? campaign : null,
      party: requireGroup(await loadGroups(this.db.manager), party, '/party'),
      councilId: await this.councilId(council),
    };
  }

  /** Those with a group office, and what councillors without one say. */
  private async parties(): Promise<string[]> {
    const rows = await this.db.query<{ party: string }[]>(
      `SELECT DISTINCT party FROM accounts WHERE role = 'group' AND party <> 'Independent' ORDER BY party`,
    );
    return [...rows.map(({ party }) => party), 'Independent', 'Another party'];
  }

  private async councilId(code: string | undefined): Promise<string | null> {
    if (code === undefined) return null;
    const found = await this.db.manager.findOneBy(Council, { code });
    if (!found)
      throw badField('/council', `found "${code}"; allowed: a code of the register, such as E07000041`);
    return found.id;
  }

  /** Who nominates, as people say it; null where the office takes an application. */
  async nominator({ role, party, councilId }: Actor): Promise<string | null> {
    if (!nominatorOf(role)) return null;
    if (party !== null) return `${party} group office`;
    const council = await this.db.manager.findOneBy(Council, { id: councilId ?? '' });
    return council?.name ?? 'an employer';
  }
}

/** Who nominates rather than takes an application. */
export function nominatorOf(role: Role): 'group' | 'employer' | null {
  if (role === 'group' || role === 'lead') return 'group';
  return role === 'council' ? 'employer' : null;
}
