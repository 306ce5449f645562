import { Injectable } from '@nestjs/common';
import { IsNull, Not, type EntityManager } from 'typeorm';
import type { Challenge } from '../challenges/challenge.entity.js';
import { Clock } from '../database/clock.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { Council } from '../councils/council.entity.js';
import { seatWords } from '../kinds/seats.js';
import { paths } from '../web/paths.js';
import { MessagesService } from '../messages/messages.service.js';
import { advisersOf, speakersOf } from '../people/recipients.js';
import type { Objection } from './objection.entity.js';
import { changedSeats, lastDayToObject, Proposal } from './proposal.entity.js';

/** What the council and the adviser are told of an agreed team. */
@Injectable()
export class AgreementNotices {
  constructor(
    private readonly challenges: ChallengesService,
    private readonly messages: MessagesService,
    private readonly time: Clock,
  ) {}

  /** The council is asked what it says of its team; of one that takes the place of another, it is said where it differs. */
  async agreed(
    tx: EntityManager,
    challenge: Challenge,
    { proposal, before }: { proposal: Proposal; before: Proposal | null },
  ): Promise<void> {
    const { council, kind, page, about } = await this.challenges.about(tx, challenge);
    const { firstDay, lastDay, id } = proposal;
    const changed = before ? changedSeats(before.seats, proposal.seats).map(seatWords) : [];
    const moved = before !== null && (before.firstDay !== firstDay || before.lastDay !== lastDay);
    const visit = { council, kind, page, firstDay, lastDay };
    const daysBefore = before ? null : await givenUp(tx, proposal);
    const until = lastDayToObject(proposal);
    const data = { ...visit, until, again: before !== null, changed, moved, daysBefore };
    const to = await this.challenges.consenting(tx, challenge);
    await this.messages.post(tx, { template: 'team-for-approval', data, to, cause: `agreed-${id}`, about });
  }

  /** The team that was shown does not stand any more; nobody has to answer about it. */
  async setAside(tx: EntityManager, challenge: Challenge, { id }: Proposal): Promise<void> {
    const { council, kind, page, about } = await this.challenges.about(tx, challenge);
    const to = await this.challenges.consenting(tx, challenge);
    const data = { council, kind, page };
    await this.messages.post(tx, { template: 'team-set-aside', data, to, cause: `set-aside-${id}`, about });
  }

  /** Silence is going to be consent. */
  async silenceComes(tx: EntityManager, challenge: Challenge, proposal: Proposal): Promise<void> {
    const { council, kind, page, about } = await this.challenges.about(tx, challenge);
    const data = { council, kind, page, until: lastDayToObject(proposal) };
    const to = await this.challenges.consenting(tx, challenge);
    const cause = `approval-reminder-${proposal.id}`;
    await this.messages.post(tx, { template: 'approval-reminder', data, to, cause, about });
  }

  /** Whoever runs the challenge wrote down what the council said; it hears that nothing is asked of it any more. */
  async recorded(tx: EntityManager, challenge: Challenge, { id, onSite }: Proposal): Promise<void> {
    const { council, kind, page, about } = await this.challenges.about(tx, challenge);
    const data = { council, kind, page, ...onSite };
    // Whoever gives the second approval is still to be heard.
    const to = await this.challenges.speakers(tx, challenge);
    await this.messages.post(tx, { template: 'approval-recorded', data, to, cause: `recorded-${id}`, about });
  }

  /** Every consent is there. */
  async approved(tx: EntityManager, challenge: Challenge, id: string, silence: boolean): Promise<void> {
    const { region, about, ...facts } = await this.challenges.about(tx, challenge);
    // What comes next is one step away.
    const data = { ...facts, page: this.messages.address(paths.invitations(challenge.id)), silence };
    const to = await advisersOf(tx, region, this.time.today());
    await this.messages.post(tx, { template: 'team-approved', data, to, cause: `approved-${id}`, about });
  }

  async objected(tx: EntityManager, challenge: Challenge, { id, seat, councilId }: Objection): Promise<void> {
    const { region, about, ...facts } = await this.challenges.about(tx, challenge);
    const body = councilId === null ? null : await tx.findOneBy(Council, { id: councilId });
    const data = { ...facts, seat: seatWords(seat), by: body?.name ?? 'the council' };
    const to = await advisersOf(tx, region, this.time.today());
    await this.messages.post(tx, { template: 'objection-made', data, to, cause: `objection-${id}`, about });
  }

  async objectionAnswered(
    tx: EntityManager,
    { challengeId, id, proposalId, state, answer, councilId }: Objection,
  ): Promise<void> {
    const team = await tx.findOneByOrFail(Proposal, { id: proposalId });
    const isOpen = team.objectionDeadline !== null && this.time.now() < team.objectionDeadline;
    const challenge = await this.challenges.get(challengeId, tx);
    const { council, kind, page, about } = await this.challenges.about(tx, challenge);
    const data = {
      council,
      kind,
      page,
      upheld: state === 'upheld',
      answer: answer ?? '',
      // What can still be done is said only while it can.
      until: isOpen ? lastDayToObject(team) : null,
    };
    // Of a joint challenge, it is the answer to one of its bodies.
    const to =
      councilId === null
        ? await this.challenges.consenting(tx, challenge)
        : await speakersOf(tx, [councilId]);
    const cause = `objection-answered-${id}`;
    await this.messages.post(tx, { template: 'objection-answered', data, to, cause, about });
  }
}

/** The days of the team that was agreed last before this one, and set aside; null where there was none, or its days were the same. */
async function givenUp(
  tx: EntityManager,
  { id, challengeId, firstDay, lastDay }: Proposal,
): Promise<Proposal['onSite'] | null> {
  const [before] = await tx.find(Proposal, {
    where: { id: Not(id), challengeId, state: 'superseded', agreedAt: Not(IsNull()) },
    order: { agreedAt: 'DESC' },
    take: 1,
  });
  return before && (before.firstDay !== firstDay || before.lastDay !== lastDay) ? before.onSite : null;
}
