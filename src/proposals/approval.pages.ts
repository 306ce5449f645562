import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { seatLabel } from '../kinds/seats.js';
import type { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { isOpen, STATE_NAMES } from '../challenges/states.js';
import { Allow, Granted, type Access, type Actor } from '../people/access.js';
import { isStaff, type Role } from '../people/permissions.js';
import { Choice, Text, Uuid } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { AgreementService } from './agreement.service.js';
import { asksFor } from './consents.js';
import type { TeamApprovalView } from './proposals.dto.js';
import { ObjectionsService } from './objections.service.js';
import { TeamViews } from './team-views.service.js';

/** Every answer is to the team that the page showed. */
class ToShownTeam {
  @Uuid() proposalId: string;
}

class ApproveForm extends ToShownTeam {
  @Says('Choose whether you approve the team') @Choice(['approve', 'object']) answer: 'approve' | 'object';
}

class ObjectForm extends ToShownTeam {
  @Says('Choose the member whom you object to') @Text({ max: 60 }) seat: string;
  @Says('Enter the reason, in a few words and about the seat') @Text({ max: 2000 }) reason: string;
}

class AnswerForm {
  @Says('Choose whether the objection is upheld') @Choice(['upheld', 'dismissed']) state:
    'upheld' | 'dismissed';
  @Says('Enter your answer to the council') @Text({ max: 2000 }) answer: string;
}

/** A page about one team. */
interface OfTeam {
  team: Pick<TeamApprovalView, 'proposalId' | 'approved' | 'approvals'>;
  challenge: Challenge;
}

type Answer = Promise<Page | Redirect | Download>;

/** Staff read what the council reads. */
const titleFor = (role: Role, approved: boolean): string =>
  isStaff(role) ? 'The team, as its council sees it' : approved ? 'Your team' : 'Your proposed team';

/** A council looks at its proposed team and approves it, or objects to one member; the adviser answers. */
@Controller()
export class ApprovalPages {
  constructor(
    private readonly agreement: AgreementService,
    private readonly objecting: ObjectionsService,
    private readonly challenges: ChallengesService,
    private readonly views: TeamViews,
  ) {}

  @Get('challenges/:id/approval')
  @Allow('team.read', 'challenge')
  async look(@Granted() { actor }: Access, @Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const team = await this.team(id);
    return team
      ? new Page('proposals/views/approval.njk', {
          title: titleFor(actor.role, team.team.approved),
          asked: await this.isAsked(actor, team),
          records: isStaff(actor.role),
          ask: await this.challenges.ask(id),
          ...team,
          ...forTeam(team, again),
        })
      : this.nothingToAnswer(id);
  }

  /** Whether the reader's word on the team is waited for. */
  private async isAsked(actor: Actor, { team, challenge }: OfTeam): Promise<boolean> {
    const { secondApproval } = await this.challenges.kindOf(challenge);
    return asksFor(actor, challenge, { secondApproval, given: team.approvals });
  }

  @Post('challenges/:id/approval')
  @Allow('team.approve', 'challenge')
  approve(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ answer, proposalId }: ApproveForm): Promise<Redirect> => {
      if (answer === 'object') return new Redirect(paths.objection(id));
      await this.agreement.approve(access, id, proposalId);
      const done = isStaff(access.actor.role) ? paths.done(id, 'recorded') : paths.done(id, 'approved');
      return new Redirect(done);
    };
    return submit(ApproveForm, body, work, (again) => this.look(access, id, again));
  }

  @Get('challenges/:id/objection')
  @Allow('team.object', 'challenge')
  async objectForm(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const team = await this.team(id);
    return team
      ? new Page('proposals/views/objection.njk', {
          title: 'Object to a member',
          ...team,
          ...forTeam(team, again),
        })
      : this.nothingToAnswer(id);
  }

  @Post('challenges/:id/objection')
  @Allow('team.object', 'challenge')
  object(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async (form: ObjectForm): Promise<Redirect> => {
      await this.objecting.object(access, id, form);
      return new Redirect(paths.done(id, 'objected'));
    };
    return submit(ObjectForm, body, work, (again) => this.objectForm(id, again));
  }

  @Get('objections/:id')
  @Allow('objections.answer', 'objection')
  async objection(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const objection = await this.objecting.get(id);
    const challenge = await this.challenges.get(objection.challengeId);
    return new Page('proposals/views/answer-objection.njk', {
      title: 'Answer an objection',
      objection,
      challenge,
      label: seatLabel(objection.seat),
      ...again,
    });
  }

  @Post('objections/:id')
  @Allow('objections.answer', 'objection')
  answer(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ state, answer }: AnswerForm): Promise<Redirect> => {
      const { challengeId, proposalId } = await this.objecting.answer(actor, id, state, answer);
      return new Redirect(state === 'upheld' ? paths.proposal(proposalId) : paths.challenge(challengeId));
    };
    return submit(AnswerForm, body, work, (again) => this.objection(id, again));
  }

  /** What a council sees of its team: positions, councils and experience; no party, nobody who was not chosen. Null before one is chosen. */
  private async team(id: string): Promise<(Record<string, unknown> & OfTeam) | null> {
    const challenge = await this.challenges.get(id);
    const proposal = await this.agreement.current(id);
    if (!proposal) return null;
    const { members, kind, ...team } = await this.views.forCouncil(challenge, proposal);
    const objections = await this.objecting.withNames(id);
    const standing = objections.findLast(
      (one) => one.proposalId === proposal.id && one.state !== 'dismissed',
    );
    const { hosts } = await this.challenges.hosts(challenge);
    return { challenge, hosts, team, members, objections, standing: standing?.state, kind, label: seatLabel };
  }

  /** No team is agreed yet, or the one that was shown has been set aside since; or there is no challenge any more that one could be for. */
  private async nothingToAnswer(id: string): Promise<Page> {
    const { state } = await this.challenges.get(id);
    const paragraphs = isOpen(state)
      ? [
          'No team is chosen at the moment, so nothing is asked of you. If you were shown one before, it was set aside.',
          'You hear of the next team by mail, and see it before anybody is invited.',
        ]
      : [`The challenge is ${STATE_NAMES[state].toLowerCase()}, so nothing is asked of you.`];
    const links = [{ href: paths.challenge(id), text: 'Go to your challenge' }];
    return new Page('web/views/message.njk', {
      title: 'There is no team to look at now',
      paragraphs,
      links,
    });
  }
}

/** What was typed about another team is not about this one. */
const forTeam = ({ team }: OfTeam, again: Again): Again =>
  again.input.proposalId === team.proposalId ? again : { ...again, input: {} };
