import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { addDays } from '../calendar/dates.js';
import type { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { isDelivered, isOpen } from '../challenges/states.js';
import { MessagesService } from '../messages/messages.service.js';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { advisersOf, managersOf } from '../people/recipients.js';
import { note } from '../visits/follow-up-change.entity.js';
import type { StepId } from '../visits/steps.js';
import { ClockService } from '../visits/clock.service.js';
import { badField, conflict, notFound, Problem } from '../web/problems.js';
import { Document, DOCUMENT_NAMES, type DocumentType } from './document.entity.js';
import { Database } from '../database/database.js';

/** A document to be added; `dated` is when it was sent or published. */
export type NewDocument = Pick<Document, 'type' | 'link' | 'dated'>;

/** The step of the clock that a document completes. */
const STEP_OF: Partial<Record<DocumentType, StepId>> = {
  papers: 'papers',
  draft_report: 'draft',
  report: 'report',
  action_plan: 'plan',
};
/** What only comes after the visit. */
const AFTER_VISIT: readonly DocumentType[] = ['draft_report', 'report', 'action_plan'];
/** Days for the council's answer where the kind sets none. */
const USUAL_ACCURACY_DAYS = 14;

/** Papers, drafts, reports and plans: their versions, by link, with who published what when. */
@Injectable()
export class DocumentsService {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly clock: ClockService,
    private readonly messages: MessagesService,
  ) {}

  ofChallenge(challengeId: string): Promise<Document[]> {
    return this.db.manager.find(Document, {
      where: { challengeId },
      order: { type: 'ASC', version: 'DESC' },
    });
  }

  /** Adds a version, and completes its step of the clock. Throws a 403 for a draft by the council, a 409 before the visit has ended. */
  add(actor: Actor, challengeId: string, given: NewDocument[]): Promise<Document[]> {
    return this.db.transact(async (tx) => {
      const challenge = await this.challenges.lock(tx, challengeId);
      const added: Document[] = [];
      for (const one of given) added.push(await this.addOne(tx, actor, challenge, one));
      await record(tx, actor, 'documents.added', `challenge:${challengeId}`, {
        documents: added.map(({ id }) => id),
      });
      return added;
    });
  }

  /** The council says whether the facts of a draft are right. Saying the same again changes nothing. */
  answer(
    actor: Actor,
    id: string,
    answer: 'accurate' | 'corrections',
    text: string | null,
  ): Promise<Document> {
    return this.db.transact(async (tx) => {
      const { challengeId } = await this.get(id, tx);
      const challenge = await this.challenges.lock(tx, challengeId);
      const draft = await this.get(id, tx);
      if (draft.type !== 'draft_report') throw conflict('not-a-draft', 'Only a draft report is answered.');
      if (draft.answer === answer && draft.answerText === text) return draft;
      if (answer === 'corrections' && text === null)
        throw badField('/text', 'is empty; say which facts are not right');
      const today = this.db.today();
      Object.assign(draft, { answer, answerText: text, answeredOn: today });
      await tx.save(draft);
      await this.clock.complete(tx, actor, challenge, 'accuracy', { doneOn: today });
      const { council, kind, page, about, region } = await this.challenges.about(tx, challenge);
      const managers = await managersOf(tx, challenge);
      const to = managers.length > 0 ? managers : await advisersOf(tx, region, this.db.today());
      const data = { council, kind, page, accurate: answer === 'accurate' };
      await this.messages.post(tx, {
        template: 'draft-answered',
        data,
        to,
        // Each change of the answer is told.
        cause: `draft-answered-${id}-${answer}-${String(this.db.now().getTime())}`,
        about,
      });
      await record(tx, actor, 'draft.answered', `challenge:${challengeId}`, { document: id, answer });
      return draft;
    });
  }

  async get(id: string, tx: EntityManager = this.db.manager): Promise<Document> {
    const document = await tx.findOneBy(Document, { id });
    if (!document) throw notFound('document');
    return document;
  }

  private async addOne(
    tx: EntityManager,
    actor: Actor,
    challenge: Challenge,
    given: NewDocument,
  ): Promise<Document> {
    const { type, link, dated } = given;
    const name = DOCUMENT_NAMES[type];
    if (actor.role === 'council' && type === 'draft_report')
      throw new Problem(403, 'not-allowed', 'The draft report comes from the challenge manager.');
    if (!takesDocuments(challenge))
      throw conflict(
        'wrong-state',
        'The challenge did not take place, so that it takes no papers or reports.',
      );
    if (AFTER_VISIT.includes(type) && !isDelivered(challenge.state))
      throw conflict(
        'wrong-state',
        `The challenge is ${challenge.state}; a ${name.toLowerCase()} comes after the visit.`,
      );
    const today = this.db.today();
    if (dated > today) throw badField('/dated', `found ${dated}; allowed: today (${today}) or earlier`);
    const { id: challengeId } = challenge;
    const version = ((await tx.maximum(Document, 'version', { challengeId, type })) ?? 0) + 1;
    const document = await tx.save(
      tx.create(Document, { challengeId, type, version, link, dated, actor: actor.id }),
    );
    const step = STEP_OF[type];
    const has = (await this.clock.of(challengeId, today, tx)).some(({ id }) => id === step);
    if (step && has) await this.clock.complete(tx, actor, challenge, step, { doneOn: dated, link });
    else
      await note(tx, actor, {
        challengeId,
        subject: `document:${document.id}`,
        what: `${name}, version ${String(version)}: ${link}`,
      });
    await this.tell(tx, challenge, document);
    return document;
  }

  /** The council hears of a draft; everybody who served hears of what is published. */
  private async tell(
    tx: EntityManager,
    challenge: Challenge,
    { id, type, link, dated }: Document,
  ): Promise<void> {
    const { council, kind, page, about } = await this.challenges.about(tx, challenge);
    if (type === 'draft_report') {
      // The day that its page says, too.
      const steps = await this.clock.of(challenge.id, this.db.today(), tx);
      const due = steps.find((step) => step.id === 'accuracy')?.due;
      const until = due ?? addDays(dated, USUAL_ACCURACY_DAYS);
      const data = { council, kind, page, address: link, until };
      const to = await this.challenges.speakers(tx, challenge);
      await this.messages.post(tx, { template: 'draft-report', data, to, cause: `draft-${id}`, about });
    }
    if (type !== 'report' && type !== 'action_plan') return;
    const peers = await tx.query<{ email: string | null }[]>(
      `SELECT p.email FROM bookings b JOIN peers p ON p.id = b.peer_id WHERE b.challenge_id = $1 AND b.state = 'booked'`,
      [challenge.id],
    );
    const data = { council, kind, what: DOCUMENT_NAMES[type], address: link };
    await this.messages.post(tx, {
      template: 'published',
      data,
      to: peers.map(({ email }) => email),
      cause: `published-${id}`,
      about,
    });
  }
}

/** Of what ended before its visit there are no documents to come. */
export const takesDocuments = ({ state, firstDay }: Pick<Challenge, 'state' | 'firstDay'>): boolean =>
  isOpen(state) || firstDay !== null;
