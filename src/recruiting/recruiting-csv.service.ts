import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { REGIONS } from '../councils/regions.js';
import { readCouncil } from '../councils/council-codes.js';
import { PEER_CLASSES, type PeerClass, type SkillLevels } from '../matching/problem/programme.js';
import { readSkills, skillCell } from '../kinds/skill-words.js';
import type { Access } from '../people/access.js';
import { record } from '../people/audit.js';
import { seesOfPeer } from '../people/permissions.js';
import { day, eachOf, keyOf, needed, number, oneOf, readRows, text, type ReadCell } from '../web/cells.js';
import { groupCell, loadGroups } from '../people/party-groups.js';
import { readCsv, writeCsv } from '../web/csv.js';
import { forEachRow, refuseTwice } from '../web/imports.js';
import { badField } from '../web/problems.js';
import { Application, APPLICATION_STATES, type ApplicationState } from './application.entity.js';
import { Campaign } from './campaign.entity.js';
import { ApplicationsService, type ApplicationFacts } from './applications.service.js';
import { CampaignsService } from './campaigns.service.js';
import { requireWords } from './known-words.js';
import { ReferenceService } from '../reference/reference.service.js';
import { Database } from '../database/database.js';

export const CAMPAIGN_COLUMNS = [
  'title',
  'positions',
  'skills',
  'party',
  'region',
  'wanted',
  'until',
] as const;
export const APPLICATION_COLUMNS = [
  ...['name', 'email', 'class', 'party', 'positions', 'skills', 'council', 'organisation'],
  ...['route', 'nominated_by', 'campaign', 'state'],
] as const;

/** What a file may leave out is undefined then. */
interface CampaignRow extends Pick<Campaign, 'title' | 'wanted' | 'until' | 'positions'> {
  skills: SkillLevels | undefined;
  party: string | null | undefined;
  region: string | null | undefined;
}

interface ApplicationRow {
  name: string;
  email: string;
  class: PeerClass;
  positions: string[];
  party: string | null | undefined;
  skills: SkillLevels | undefined;
  council: string | null | undefined;
  organisation: string | null | undefined;
  route: Application['route'] | null | undefined;
  nominated_by: string | null | undefined;
  campaign: string | null | undefined;
  state: ApplicationState | null | undefined;
}

/** Campaigns and applications as files, out and in by the same columns. Every import is all or nothing and names each fault by row and column. */
@Injectable()
export class RecruitingCsvService {
  constructor(
    private readonly db: Database,
    private readonly reference: ReferenceService,
    private readonly campaigns: CampaignsService,
    private readonly applications: ApplicationsService,
  ) {}

  async exportCampaigns(): Promise<string> {
    const rows = (await this.campaigns.list()).map(
      ({ title, positions, skills, party, region, wanted, until }) => ({
        title,
        positions: positions.join('; '),
        skills: skillCell(skills),
        party,
        region,
        wanted,
        until,
      }),
    );
    return writeCsv(CAMPAIGN_COLUMNS, rows);
  }

  /** Applications with what the reader may see of somebody who may become a peer; all of it where nobody reads it. */
  async exportApplications(
    access: Access | null,
    filter: { state?: string; campaign?: string } = {},
  ): Promise<string> {
    const rows = (await this.applications.list(filter)).map((one) => ({
      name: one.name,
      email: one.email,
      class: one.class,
      party: one.party,
      positions: one.positions.join('; '),
      skills: skillCell(one.skills),
      council: one.council?.code ?? '',
      organisation: one.organisation,
      route: one.route,
      nominated_by: one.nominatedBy,
      campaign: one.campaign?.title ?? '',
      state: one.state,
    }));
    const role = access?.actor.role ?? null;
    const sees = (column: string): boolean =>
      role === null ||
      (column === 'email' ? seesOfPeer(role, 'contact') : column !== 'party' || seesOfPeer(role, 'party'));
    return writeCsv(APPLICATION_COLUMNS.filter(sees), rows);
  }

  /** How each column of campaigns is read. */
  async campaignCells(tx: EntityManager): Promise<Record<keyof CampaignRow, ReadCell>> {
    return {
      title: needed(text),
      positions: needed(eachOf(await this.positions(tx))),
      skills: readSkills,
      party: groupCell(await loadGroups(tx)),
      region: oneOf(REGIONS),
      wanted: needed(number(1, 500)),
      until: needed(day),
    };
  }

  /** How each column of applications is read. */
  async applicationCells(tx: EntityManager, access: Access): Promise<Record<keyof ApplicationRow, ReadCell>> {
    const campaigns = new Map((await this.campaigns.list()).map(({ title, id }) => [title, id]));
    return {
      name: needed(text),
      email: needed(text),
      class: needed(oneOf(PEER_CLASSES)),
      party: groupCell(await loadGroups(tx)),
      positions: needed(eachOf(await this.positions(tx))),
      skills: readSkills,
      organisation: text,
      council: optional(await readCouncil(tx, access)),
      route: oneOf(['applied', 'nominated']),
      nominated_by: text,
      state: oneOf(APPLICATION_STATES),
      campaign: optional(
        keyOf(campaigns, `titles of campaigns: ${[...campaigns.keys()].join(', ') || 'there is none'}`),
      ),
    };
  }

  /** A campaign is known by its title. */
  importCampaigns({ actor }: Access, csv: string): Promise<void> {
    return this.db.transact(async (tx) => {
      const rows = readRows<CampaignRow>(readCsv(csv, CAMPAIGN_COLUMNS), await this.campaignCells(tx));
      refuseTwice(rows, ({ title }) => title, 'title');
      await forEachRow(rows, async (row) => {
        const known = await tx.findOneBy(Campaign, { title: row.title });
        const facts = {
          party: null,
          region: null,
          ...known,
          ...said(row),
          skills: row.skills ?? known?.skills ?? {},
        };
        await requireWords(this.reference, tx, facts);
        await tx.save(Object.assign(known ?? tx.create(Campaign, { actor: actor.id }), facts));
      });
      await record(tx, actor, 'campaigns.imported', 'campaigns', { rows: rows.length });
    });
  }

  /**
   * New applications, as applied or nominated. Somebody whose application is here already, in the same state, is left as it is: the steps are
   * taken on its page, with their reasons.
   */
  importApplications(access: Access, csv: string): Promise<void> {
    return this.db.transact(async (tx) => {
      const rows = readRows<ApplicationRow>(
        readCsv(csv, APPLICATION_COLUMNS),
        await this.applicationCells(tx, access),
      );
      await forEachRow(rows, async (row) => {
        if (!(await this.isNew(tx, row))) return;
        const by = row.route === 'nominated' ? (row.nominated_by ?? 'an employer') : null;
        await this.applications.applyWithin(tx, access.actor, factsOf(row), by);
      });
      await record(tx, access.actor, 'applications.imported', 'applications', { rows: rows.length });
    });
  }

  private async isNew(tx: EntityManager, { email, route, state }: ApplicationRow): Promise<boolean> {
    if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email))
      throw badField('/email', `found "${email}"; allowed: an e-mail address`);
    const known = await tx.findBy(Application, { email: email.toLowerCase() });
    if (known.some((one) => !state || one.state === state)) return false;
    const first = route ?? 'applied';
    if (!state || state === first) return true;
    throw badField(
      '/state',
      known.length > 0
        ? `found "${state}", and the application is here as ${known.map((one) => one.state).join(', ')}: its steps are taken on its page`
        : `found "${state}"; allowed for a new application: ${first}, whose next steps are taken on its page`,
    );
  }

  private async positions(tx: EntityManager): Promise<string[]> {
    return (await this.reference.get('positions', tx)).map(({ id }) => id);
  }
}

/** Without what the file left out. */
const said = (
  row: CampaignRow,
): Pick<Campaign, 'title' | 'wanted' | 'until' | 'positions'> & Partial<Campaign> =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as unknown as Campaign;

const optional =
  <T>(read: (cell: string) => T) =>
  (cell: string): T | null =>
    cell === '' ? null : read(cell);

function factsOf({ name, email, positions, council, campaign, ...row }: ApplicationRow): ApplicationFacts {
  return {
    name,
    email: email.toLowerCase(),
    class: row.class,
    positions,
    skills: row.skills ?? {},
    party: row.party ?? null,
    organisation: row.organisation ?? null,
    councilId: council ?? null,
    campaignId: campaign ?? null,
  };
}
