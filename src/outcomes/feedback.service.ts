import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import { addDays, addMonths, endOfDayInLondon, londonDate, type CivilDate } from '../calendar/dates.js';
import type { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { isDelivered } from '../challenges/states.js';
import { Booking } from '../invitations/booking.entity.js';
import { lockPeers } from '../peers/lock-peers.js';
import { revokeLinks } from '../messages/links.js';
import { MessagesService } from '../messages/messages.service.js';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { Peer } from '../peers/peer.entity.js';
import { ClockService } from '../visits/clock.service.js';
import { badInput, conflict, notFound } from '../web/problems.js';
import { Feedback } from './feedback.entity.js';
import { FEEDBACK_FORMS, ratingFrom, SCORES, type FeedbackForm } from './feedback-forms.js';
import { Database } from '../database/database.js';

/** Days in which a form is answered, and after the visit within which one still asks. */
const OPEN_DAYS = 60;
const ASK_DAYS = 60;

/** What was answered to one question of a form: how many said what. */
export interface QuestionSummary {
  question: string;
  /** How often 1, 2, 3 and 4 were said. */
  counts: number[];
  mean: number | null;
}

/** Short forms after a visit: asked by link, answered with numbers, and what managers say of peers, which makes their rating. */
@Injectable()
export class FeedbackService {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly messages: MessagesService,
    private readonly clock: ClockService,
  ) {}

  /**
   * The daily look: council and peers are asked once the visit has ended, the council again some months later what it changed. Returns
   * how many challenges were asked about.
   */
  async askAll(now: Date): Promise<number> {
    const today = londonDate(now);
    const ended = await this.db.query<{ id: string }[]>(
      `SELECT c.id FROM challenges c WHERE c.state IN (SELECT state FROM challenge_states WHERE delivered AND open)
         AND c.last_day BETWEEN $1 AND $2 AND NOT EXISTS (SELECT FROM feedback f WHERE f.challenge_id = c.id AND f.form = 'council')`,
      [addDays(today, -ASK_DAYS), addDays(today, -1)],
    );
    for (const { id } of ended) await this.db.transact((tx) => this.askAfterVisit(tx, id, today));
    const later = await this.db.query<{ id: string; lastDay: CivilDate; months: number }[]>(
      `SELECT c.id, c.last_day::text AS "lastDay", (k.content->'clock'->>'impactMonths')::int AS months
       FROM challenges c JOIN kinds k ON k.id = c.kind
       WHERE c.state IN (SELECT state FROM challenge_states WHERE delivered AND open) AND c.last_day < $1
         AND k.content->'clock'->>'impactMonths' IS NOT NULL AND NOT EXISTS (SELECT FROM feedback f WHERE f.challenge_id = c.id AND f.form = 'impact')`,
      [today],
    );
    const due = later.filter(({ lastDay, months }) => isWithin(today, addMonths(lastDay, months)));
    for (const { id } of due) await this.db.transact((tx) => this.askImpact(tx, id, today));
    return ended.length + due.length;
  }

  /** A form that a link opens, answered or not. */
  async open(id: string): Promise<Feedback> {
    const found = await this.db.manager.findOneBy(Feedback, { id });
    if (!found) throw notFound('form');
    return found;
  }

  /** Takes an answer, once; the link then opens nothing any more. */
  async answer(
    actor: Actor,
    id: string,
    scores: Record<string, number>,
    comment: string | null,
  ): Promise<void> {
    await this.db.transact(async (tx) => {
      const { challengeId } = await this.open(id);
      const challenge = await this.challenges.lock(tx, challengeId);
      const found = await tx.findOneByOrFail(Feedback, { id });
      if (found.answeredAt) throw conflict('answered', 'This was answered already. Thank you.');
      requireScores(found.form, scores);
      const answeredAt = this.db.now();
      await tx.update(Feedback, { id }, { scores, comment, answeredAt });
      await revokeLinks(tx, 'feedback', id, this.db.now());
      if (found.form === 'impact')
        await this.clock.complete(tx, actor, challenge, 'impact', { doneOn: londonDate(answeredAt) });
      await record(tx, actor, 'feedback.given', `challenge:${challengeId}`, { form: found.form });
    });
  }

  /** What the manager says of each peer; their ratings follow from all that managers ever said of them. */
  async rate(actor: Actor, challengeId: string, scores: Record<string, number>): Promise<void> {
    await this.db.transact(async (tx) => {
      const challenge = await this.challenges.lock(tx, challengeId);
      if (!isDelivered(challenge.state))
        throw conflict(
          'wrong-state',
          `The challenge is ${challenge.state}; peers are rated after the visit.`,
        );
      const team = (await tx.findBy(Booking, { challengeId, state: 'booked' })).map(({ peerId }) => peerId);
      const faults = Object.entries(scores).flatMap(([peerId, score]) => [
        ...(team.includes(peerId) ? [] : [{ pointer: `/scores/${peerId}`, detail: 'is nobody of the team' }]),
        ...((SCORES as readonly number[]).includes(score)
          ? []
          : [{ pointer: `/scores/${peerId}`, detail: `found ${String(score)}; allowed: 1 to 4` }]),
      ]);
      if (faults.length > 0) throw badInput('What was sent cannot be used.', faults);
      const peers = await lockPeers(tx, Object.keys(scores));
      for (const peer of peers) await this.rateOne(tx, challengeId, peer, scores[peer.id] ?? 0);
      await record(tx, actor, 'peers.rated', `challenge:${challengeId}`, { peers: peers.length });
    });
  }

  /** What managers said of the peers of a challenge, by peer. */
  async ratings(challengeId: string): Promise<Map<string, number>> {
    const rows = await this.db.manager.findBy(Feedback, { challengeId, form: 'manager' });
    return new Map(
      rows.flatMap(({ peerId, scores }) => (peerId && scores?.overall ? [[peerId, scores.overall]] : [])),
    );
  }

  /** How the forms of a challenge were answered; what is private to managers is not among it. */
  async summary(challengeId: string): Promise<
    {
      form: FeedbackForm;
      asked: number;
      answered: number;
      questions: QuestionSummary[];
      comments: string[];
    }[]
  > {
    const rows = await this.db.manager.findBy(Feedback, {
      challengeId,
      form: In(['council', 'peer', 'impact']),
    });
    return (['council', 'peer', 'impact'] as const).map((form) => {
      const asked = rows.filter((row) => row.form === form);
      const answered = asked.filter(({ answeredAt }) => answeredAt !== null);
      return {
        form,
        asked: asked.length,
        answered: answered.length,
        questions: Object.entries(FEEDBACK_FORMS[form]).map(([key, question]) =>
          summaryOf(
            question,
            answered.map(({ scores }) => scores?.[key] ?? 0),
          ),
        ),
        comments: answered.flatMap(({ comment }) => comment ?? []),
      };
    });
  }

  private async rateOne(tx: EntityManager, challengeId: string, peer: Peer, score: number): Promise<void> {
    const known = await tx.findOneBy(Feedback, { challengeId, form: 'manager', peerId: peer.id });
    const row = known ?? tx.create(Feedback, { challengeId, form: 'manager', peerId: peer.id });
    await tx.save(Object.assign(row, { scores: { overall: score }, answeredAt: this.db.now() }));
    const said = await tx.findBy(Feedback, { form: 'manager', peerId: peer.id });
    const rating = ratingFrom(said.flatMap(({ scores }) => scores?.overall ?? []));
    if (rating === null || rating === peer.rating) return;
    peer.rating = rating;
    await tx.save(peer);
  }

  private async askAfterVisit(tx: EntityManager, id: string, today: CivilDate): Promise<void> {
    const challenge = await this.challenges.lock(tx, id);
    if (await tx.existsBy(Feedback, { challengeId: id, form: 'council' })) return;
    await this.ask(tx, challenge, 'council', null, today);
    for (const { peerId } of await tx.findBy(Booking, { challengeId: id, state: 'booked' }))
      await this.ask(tx, challenge, 'peer', peerId, today);
  }

  private async askImpact(tx: EntityManager, id: string, today: CivilDate): Promise<void> {
    const challenge = await this.challenges.lock(tx, id);
    if (!(await tx.existsBy(Feedback, { challengeId: id, form: 'impact' })))
      await this.ask(tx, challenge, 'impact', null, today);
  }

  private async ask(
    tx: EntityManager,
    challenge: Challenge,
    form: FeedbackForm,
    peerId: string | null,
    today: CivilDate,
  ): Promise<void> {
    const last = addDays(today, OPEN_DAYS);
    const expiresAt = endOfDayInLondon(last);
    const { id } = await tx.save(tx.create(Feedback, { challengeId: challenge.id, form, peerId, expiresAt }));
    const { council, kind, about } = await this.challenges.about(tx, challenge);
    const to =
      peerId === null
        ? await this.challenges.speakers(tx, challenge)
        : [(await tx.findOneByOrFail(Peer, { id: peerId })).email];
    const data = { council, kind, impact: form === 'impact', until: last };
    const link = { purpose: 'feedback' as const, subject: id, expiresAt: expiresAt.toISOString() };
    await this.messages.post(tx, { template: 'feedback', data, to, cause: `feedback-${id}`, about, link });
  }
}

const isWithin = (today: CivilDate, from: CivilDate): boolean =>
  today >= from && today <= addDays(from, ASK_DAYS);

function summaryOf(question: string, scores: number[]): QuestionSummary {
  const mean =
    scores.length === 0
      ? null
      : Math.round((scores.reduce((sum, one) => sum + one, 0) / scores.length) * 10) / 10;
  return { question, counts: SCORES.map((score) => scores.filter((one) => one === score).length), mean };
}

function requireScores(form: FeedbackForm, scores: Record<string, number>): void {
  const questions = Object.keys(FEEDBACK_FORMS[form]);
  const faults = [
    ...questions
      .filter((question) => !(SCORES as readonly (number | undefined)[]).includes(scores[question]))
      .map((question) => ({
        pointer: `/scores/${question}`,
        detail: 'choose an answer from 1 (poor) to 4 (excellent)',
      })),
    ...Object.keys(scores)
      .filter((key) => !questions.includes(key))
      .map((key) => ({
        pointer: `/scores/${key}`,
        detail: `is no question; allowed: ${questions.join(', ')}`,
      })),
  ];
  if (faults.length > 0) throw badInput('What was sent cannot be used.', faults);
}
