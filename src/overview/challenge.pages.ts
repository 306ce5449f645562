import { Controller, Get, Param } from '@nestjs/common';
import { Allow, Granted, type Access, type Actor } from '../people/access.js';
import { KindsService } from '../kinds/kinds.service.js';
import { scopeOf, seesContacts } from '../people/permissions.js';
import { asksFor } from '../proposals/consents.js';
import { Page } from '../web/pages.js';
import { shownContacts } from '../challenges/contacts.js';
import type { ClockLine } from './clock-lines.js';
import { GlanceService, type Glance } from './glance.service.js';
import { StaffChallenge } from './staff-challenge.service.js';
import { TeamGlance } from './team-glance.service.js';

/** One challenge at a glance: for staff what is to be done, for its council what happens next and what it must do. */
@Controller('challenges')
export class ChallengePages {
  constructor(
    private readonly glance: GlanceService,
    private readonly staff: StaffChallenge,
    private readonly team: TeamGlance,
    private readonly kinds: KindsService,
  ) {}

  @Get(':id')
  @Allow('challenges.read', 'challenge')
  async one(@Granted() access: Access, @Param('id') id: string): Promise<Page> {
    const { role } = access.actor;
    const shared = await this.glance.of(id, role);
    if (shared.manages) return this.forStaff(access, shared);
    const { challenge, clock } = shared;
    return new Page('overview/views/council-challenge.njk', {
      ...shared,
      before: await this.team.before(challenge),
      mayApprove: await this.isAsked(access.actor, shared),
      mayAnswer: scopeOf(role, 'recommendations.answer') !== undefined,
      asks: role !== 'board',
      seesTeam: scopeOf(role, 'team.read') !== undefined,
      contacts: seesContacts(role) ? shownContacts(challenge.contacts) : [],
      isPostponed: challenge.state === 'postponed',
      yours: role === 'board' ? [] : clock.filter(isCouncils),
    });
  }

  /** Whether somebody's word on the team counts and is not given yet. */
  private async isAsked(actor: Actor, { challenge, facts }: Glance): Promise<boolean> {
    if (scopeOf(actor.role, 'team.approve') === undefined) return false;
    const { secondApproval } = await this.kinds.get(challenge.kind);
    return asksFor(actor, challenge, { secondApproval, given: facts.consents });
  }

  private async forStaff(access: Access, shared: Glance): Promise<Page> {
    const model = { ...shared, ...(await this.staff.of(access, shared)) };
    const team = await this.team.of(shared.challenge);
    const before = await this.team.before(shared.challenge);
    const contacts = shownContacts(shared.challenge.contacts);
    return new Page('overview/views/staff-challenge.njk', {
      ...model,
      ...(before ? { tasks: [] } : {}),
      team,
      before,
      contacts,
    });
  }
}

/** What the council is to do now, or should have done. */
const isCouncils = ({ id, owner, state }: ClockLine): boolean =>
  // Whoever has to look at a team is told so above.
  id !== 'team' && owner === 'council' && (state === 'late' || state === 'now');
