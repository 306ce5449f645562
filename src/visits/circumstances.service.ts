import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { londonDate } from '../calendar/dates.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { seatWords } from '../challenges/seat-words.js';
import { Invitation } from '../invitations/invitation.entity.js';
import { InvitationsService } from '../invitations/invitations.service.js';
import { barsMet, type Bar } from '../matching/rules/rules.js';
import { MessagesService } from '../messages/messages.service.js';
import { narrow, type Access, type Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { advisersOf } from '../people/recipients.js';
import { PeerChange, type PlacingField } from '../peers/peer-change.entity.js';
import { Peer } from '../peers/peer.entity.js';
import { Proposal } from '../proposals/proposal.entity.js';
import { ProposalsService } from '../proposals/proposals.service.js';
import { paths } from '../web/paths.js';
import { conflict, notFound } from '../web/problems.js';
import { transact } from '../web/transactions.js';
import { Circumstance } from './circumstance.entity.js';
import { note } from './follow-up-change.entity.js';

export const FIELD_WORDS: Record<PlacingField, string> = {
  positions: 'the positions',
  councilId: 'the council',
  party: 'the group',
  state: 'whether they serve at all',
};

/** When what places a peer changes, every seat to come and every review that they would be asked for is shown to its adviser. */
@Injectable()
export class CircumstancesService {
  constructor(
    private readonly source: DataSource,
    private readonly challenges: ChallengesService,
    private readonly proposals: ProposalsService,
    private readonly invitations: InvitationsService,
    private readonly messages: MessagesService,
  ) {}

  /** The job: flags what a change touches. Does nothing where that is done already. */
  async look(changeId: string, now: Date): Promise<void> {
    const change = await this.source.manager.findOneBy(PeerChange, { id: changeId });
    if (!change) return;
    const touched = await this.source.query<Pick<Circumstance, 'challengeId' | 'seat' | 'visit'>[]>(
      `SELECT b.challenge_id AS "challengeId", b.seat, 'on_site' AS visit
       FROM bookings b JOIN challenges c ON c.id = b.challenge_id
       WHERE b.peer_id = $1 AND b.live AND b.last_day >= $2 AND c.state IN ('team_agreed', 'inviting', 'confirmed')
       UNION ALL
       SELECT b.challenge_id, b.seat, 'progress_review'
       FROM bookings b JOIN challenges c ON c.id = b.challenge_id JOIN visits v ON v.challenge_id = c.id AND v.type = 'progress_review' AND v.state = 'pencilled'
       WHERE b.peer_id = $1 AND b.state = 'booked' AND c.state IN ('on_site', 'reporting', 'report_published', 'action_plan_published', 'review_due')`,
      [change.peerId, londonDate(now)],
    );
    for (const one of touched) await transact(this.source, (tx) => this.flag(tx, change, one));
  }

  /** What waits for an answer, as far as somebody may see it. */
  async list(access: Access): Promise<Circumstance[]> {
    const rows = this.source.manager
      .createQueryBuilder(Circumstance, 'x')
      .innerJoinAndSelect('x.challenge', 'c')
      .innerJoinAndSelect('c.council', 'h')
      .innerJoinAndSelect('x.peer', 'p')
      .innerJoinAndSelect('x.change', 'y')
      .where(`x.state = 'open'`)
      .orderBy('x.createdAt')
      .take(500);
    return narrow(rows, access, { region: 'h.region' }).getMany();
  }

  async get(id: string, tx: EntityManager = this.source.manager): Promise<Circumstance> {
    const found = await tx.findOne(Circumstance, { where: { id }, relations: { peer: true, change: true } });
    if (!found) throw notFound('change of circumstances');
    return found;
  }

  /** What now stands against the peer in the seat; empty where nothing does. Of a review without days, what holds whatever the days. */
  async bars(
    one: Pick<Circumstance, 'challengeId' | 'peerId' | 'seat' | 'visit'>,
    tx: EntityManager = this.source.manager,
  ): Promise<Bar[]> {
    const { challengeId, peerId, seat: name, visit } = one;
    const question = await this.proposals.question(challengeId, [], tx, { positions: [], ids: [peerId] });
    const seat = question.challenge.seats.find(({ id }) => id === name);
    const p = question.pool.find(peerId);
    // A peer who does not serve any more is not in the pool.
    if (!seat || p === undefined) return ['excluded'];
    const team = visit === 'on_site' ? await tx.findOneBy(Proposal, { challengeId, state: 'agreed' }) : null;
    const window = question.challenge.windows.findIndex(({ id }) => id === team?.windowId);
    return barsMet(question, seat, p, question.stays[window] ?? null);
  }

  /** The peer stays, for a reason. */
  async keep(actor: Actor, id: string, reason: string): Promise<void> {
    await transact(this.source, (tx) => this.settle(tx, actor, id, 'kept', reason));
  }

  /**
   * Somebody else is to be found: the seat comes free, and a repair that keeps everybody else is looked for; of a review to come, the
   * peer is not offered it.
   */
  async replace(actor: Actor, id: string, reason: string): Promise<void> {
    const { challengeId, seat, peerId, visit } = await this.get(id);
    const live = visit === 'on_site' ? await this.invitation(challengeId, seat, peerId) : null;
    if (live) await this.invitations.decline(actor, live.id, { reason });
    await transact(this.source, (tx) => this.settle(tx, actor, id, 'replaced', reason));
  }

  private invitation(challengeId: string, seat: string, peerId: string): Promise<Invitation | null> {
    const whose = { challengeId, seat, peerId };
    return this.source.manager.findOneBy(Invitation, [
      { ...whose, state: 'pending' },
      { ...whose, state: 'accepted' },
    ]);
  }

  private async settle(tx: EntityManager, actor: Actor, id: string, state: 'kept' | 'replaced', reason: string): Promise<void> {
    const found = await tx.findOne(Circumstance, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!found) throw notFound('change of circumstances');
    if (found.state === state) return;
    if (found.state !== 'open') throw conflict('settled', `This was settled already: the peer was ${found.state}.`);
    await tx.update(Circumstance, { id }, { state, reason });
    const what = `${seatWords(found.seat)}: ${state === 'kept' ? 'the peer stays after a change of circumstances' : 'another peer is looked for after a change of circumstances'}`;
    await note(tx, actor, { challengeId: found.challengeId, subject: `circumstance:${id}`, what, reason });
    await record(tx, actor, 'circumstance.settled', `challenge:${found.challengeId}`, { circumstance: id, state });
  }

  private async flag(tx: EntityManager, change: PeerChange, touched: Pick<Circumstance, 'challengeId' | 'seat' | 'visit'>): Promise<void> {
    const { peerId, id: changeId, fields } = change;
    const row = { ...touched, peerId, changeId };
    const added = await tx.createQueryBuilder().insert().into(Circumstance).values(row).orIgnore().returning('id').execute();
    const [inserted] = added.raw as { id: string }[];
    if (!inserted) return;
    const challenge = await this.challenges.get(touched.challengeId, tx);
    const { region, about, ...facts } = await this.challenges.about(tx, challenge);
    const { name } = await tx.findOneByOrFail(Peer, { id: peerId });
    const data = {
      ...facts,
      page: this.messages.address(paths.circumstance(inserted.id)),
      peer: name,
      seat: `${seatWords(touched.seat)}${touched.visit === 'progress_review' ? ', progress review to come' : ''}`,
      what: fields.map((field) => FIELD_WORDS[field]).join(', '),
      serves: (await this.bars(row, tx)).length === 0,
    };
    const to = await advisersOf(tx, region);
    await this.messages.post(tx, { template: 'peer-changed', data, to, cause: `circumstance-${inserted.id}`, about });
  }
}
