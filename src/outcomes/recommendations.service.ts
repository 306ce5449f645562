import { Injectable } from '@nestjs/common';
import { IsNull, type EntityManager } from 'typeorm';
import { ChallengesService } from '../challenges/challenges.service.js';
import { isDelivered } from '../challenges/states.js';
import { MessagesService } from '../messages/messages.service.js';
import type { Access, Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { scopeOf } from '../people/permissions.js';
import { FollowUpChange, note } from '../visits/follow-up-change.entity.js';
import { readCsv, refuseRows, writeCsv } from '../web/csv.js';
import { differs, type ImportReport } from '../web/imports.js';
import { paths } from '../web/paths.js';
import { badField, conflict, notFound, Problem, type FieldError } from '../web/problems.js';
import { requireVersion } from '../web/versions.js';
import {
  MOST_RECOMMENDATIONS,
  Recommendation,
  ANSWER_NAMES,
  PROGRESS_NAMES,
  type ProgressState,
} from './recommendation.entity.js';
import { readRecommendation, RECOMMENDATION_COLUMNS } from './recommendations-csv.js';
import { Database } from '../database/database.js';
import { sayDay } from '../calendar/phrases.js';

/** What may be said of a recommendation; for a change, only what changes. */
export type RecommendationChange = Partial<
  Pick<
    Recommendation,
    | 'number'
    | 'text'
    | 'answer'
    | 'answerReason'
    | 'owner'
    | 'due'
    | 'councilState'
    | 'reviewState'
    | 'evidence'
  >
>;

/** What the office words and the reviewers find; the rest is the council's to say, or the office's for it. */
const OF_OFFICE: readonly (keyof RecommendationChange)[] = ['number', 'text', 'reviewState'];

const FIELD_NAMES: Record<keyof RecommendationChange, string> = {
  number: 'number',
  text: 'wording',
  answer: 'answer',
  answerReason: 'reason',
  owner: 'owner',
  due: 'due',
  councilState: 'progress by the council',
  reviewState: 'progress by the reviewers',
  evidence: 'evidence',
};

/** The recommendations of a challenge, from their wording to what came of them. */
@Injectable()
export class RecommendationsService {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly messages: MessagesService,
  ) {}

  ofChallenge(challengeId: string, tx: EntityManager = this.db.manager): Promise<Recommendation[]> {
    return tx.find(Recommendation, { where: { challengeId }, order: { number: 'ASC' } });
  }

  /** Those that somebody may see: staff all, others what the council was sent. */
  async seenBy({ actor }: Access, challengeId: string): Promise<Recommendation[]> {
    const rows = await this.ofChallenge(challengeId);
    return scopeOf(actor.role, 'challenges.manage') ? rows : rows.filter(({ sentAt }) => sentAt !== null);
  }

  async get(id: string, tx: EntityManager = this.db.manager): Promise<Recommendation> {
    const found = await tx.findOneBy(Recommendation, { id });
    if (!found) throw notFound('recommendation');
    return found;
  }

  history(id: string): Promise<FollowUpChange[]> {
    return this.db.manager.find(FollowUpChange, {
      where: { subject: `recommendation:${id}` },
      order: { id: 'ASC' },
    });
  }

  /** Words another one; numbered after the last unless told. Throws a 409 for a number that is taken, or before the visit has ended. */
  async add(actor: Actor, challengeId: string, text: string, number?: number): Promise<Recommendation> {
    return this.db.transact(async (tx) => {
      await this.requireDelivered(tx, challengeId);
      const known = await this.ofChallenge(challengeId, tx);
      const next = number ?? (known.at(-1)?.number ?? 0) + 1;
      requireNumber(next, known);
      const saved = await tx.save(tx.create(Recommendation, { challengeId, number: next, text }));
      await note(tx, actor, {
        challengeId,
        subject: `recommendation:${saved.id}`,
        what: `Recommendation ${String(next)} worded`,
      });
      await record(tx, actor, 'recommendation.added', `challenge:${challengeId}`, {
        recommendation: saved.id,
      });
      return this.get(saved.id, tx);
    });
  }

  /** Changes one, from the version that was read. The council answers; the office words and reviews. */
  async change(
    actor: Actor,
    id: string,
    version: number,
    change: RecommendationChange,
  ): Promise<Recommendation> {
    const { challengeId } = await this.get(id);
    return this.db.transact(async (tx) => {
      await this.challenges.lock(tx, challengeId);
      const found = await this.get(id, tx);
      requireVersion(found.version, version);
      const fields = changedFields(found, change);
      if (actor.role === 'council') requireCouncils(found, fields);
      if (fields.length === 0) return found;
      if (change.number !== undefined) requireNumber(change.number, await this.others(tx, found));
      const before = { ...found };
      Object.assign(found, change);
      requireReason(found);
      await tx.save(found);
      const what = fields
        .map((field) => `${FIELD_NAMES[field]}: ${said(field, before)} → ${said(field, found)}`)
        .join('; ');
      await note(tx, actor, {
        challengeId,
        subject: `recommendation:${id}`,
        what: `Recommendation ${String(found.number)}: ${what}`,
      });
      await record(tx, actor, 'recommendation.changed', `challenge:${challengeId}`, {
        recommendation: id,
        fields,
      });
      return this.get(id, tx);
    });
  }

  /** Takes a list of recommendations: known numbers are changed, others added; all or nothing, every fault with its row. */
  async import(actor: Actor, challengeId: string, csv: string, dryRun: boolean): Promise<ImportReport> {
    return this.db.transact(async (tx) => {
      await this.requireDelivered(tx, challengeId);
      const known = new Map((await this.ofChallenge(challengeId, tx)).map((one) => [one.number, one]));
      const faults: FieldError[] = [];
      const rows = readCsv(csv, RECOMMENDATION_COLUMNS).map((row) => ({
        row: row.row,
        facts: readRecommendation(row, faults),
      }));
      const numbers = new Set<number>();
      for (const { row, facts } of rows) {
        if (numbers.has(facts.number))
          faults.push({
            pointer: `row ${String(row)}, number`,
            detail: `found ${String(facts.number)} twice`,
          });
        numbers.add(facts.number);
      }
      refuseRows(faults);
      const added = rows.filter(({ facts }) => !known.has(facts.number)).length;
      const changed = rows.filter(({ facts }) => differs(known.get(facts.number) ?? facts, facts)).length;
      const report = { dryRun, added, changed };
      if (dryRun) return report;
      for (const { facts } of rows) {
        const one = known.get(facts.number) ?? tx.create(Recommendation, { challengeId });
        const isNew = !known.has(facts.number);
        await tx.save(Object.assign(one, facts));
        await note(tx, actor, {
          challengeId,
          subject: `recommendation:${one.id}`,
          what: `Recommendation ${String(facts.number)} ${isNew ? 'worded' : 'changed'}, from a file`,
        });
      }
      await record(tx, actor, 'recommendations.imported', `challenge:${challengeId}`, {
        added,
        changed: report.changed,
      });
      return report;
    });
  }

  async export(access: Access, challengeId: string): Promise<string> {
    const rows = await this.seenBy(access, challengeId);
    return writeCsv(
      RECOMMENDATION_COLUMNS,
      rows.map((one) => ({
        number: one.number,
        text: one.text,
        answer: one.answer,
        reason: one.answerReason,
        owner: one.owner,
        due: one.due,
        council_state: one.councilState,
        review_state: one.reviewState,
        evidence: one.evidence,
      })),
    );
  }

  /** Asks the council to answer: those that it was not sent yet are its to see from now on. Throws a 409 where there are none. */
  async send(actor: Actor, challengeId: string): Promise<number> {
    return this.db.transact(async (tx) => {
      const challenge = await this.challenges.lock(tx, challengeId);
      const fresh = await tx.findBy(Recommendation, { challengeId, sentAt: IsNull() });
      if (fresh.length === 0)
        throw conflict(
          'nothing-to-send',
          'There is no recommendation that the council does not have; word one first.',
        );
      const count = await tx.countBy(Recommendation, { challengeId });
      const sentAt = this.db.now();
      await tx.save(fresh.map((one) => Object.assign(one, { sentAt })));
      const { council, kind, about } = await this.challenges.about(tx, challenge);
      const data = { council, kind, count, page: this.messages.address(paths.recommendations(challengeId)) };
      const to = await this.challenges.speakers(tx, challenge);
      await this.messages.post(tx, {
        template: 'recommendations-sent',
        data,
        to,
        cause: `recommendations-${challengeId}-${String(count)}`,
        about,
      });
      await note(tx, actor, {
        challengeId,
        subject: 'recommendations',
        what: `${String(count)} recommendations sent to the council`,
      });
      await record(tx, actor, 'recommendations.sent', `challenge:${challengeId}`, { count });
      return count;
    });
  }

  private async requireDelivered(tx: EntityManager, challengeId: string): Promise<void> {
    const { state } = await this.challenges.lock(tx, challengeId);
    if (!isDelivered(state) && state !== 'on_site')
      throw conflict('wrong-state', `The challenge is ${state}; recommendations come with its visit.`);
  }

  private async others(tx: EntityManager, { id, challengeId }: Recommendation): Promise<Recommendation[]> {
    return (await this.ofChallenge(challengeId, tx)).filter((one) => one.id !== id);
  }
}

function changedFields(found: Recommendation, change: RecommendationChange): (keyof RecommendationChange)[] {
  return (Object.keys(change) as (keyof RecommendationChange)[]).filter(
    (field) => change[field] !== undefined && change[field] !== found[field],
  );
}

function requireNumber(number: number, known: Recommendation[]): void {
  if (number < 1 || number > MOST_RECOMMENDATIONS)
    throw badField('/number', `found ${String(number)}; allowed: 1 to ${String(MOST_RECOMMENDATIONS)}`);
  if (known.some((one) => one.number === number))
    throw conflict('number-taken', `There is a recommendation ${String(number)} already.`);
}

/** What a field holds, as people say it. */
function said(field: keyof RecommendationChange, of: Recommendation): string {
  const value = of[field];
  if (value === null) return 'none';
  if (field === 'due') return sayDay(String(value));
  if (field === 'answer' && of.answer) return ANSWER_NAMES[of.answer].toLowerCase();
  if (field === 'councilState' || field === 'reviewState')
    return PROGRESS_NAMES[value as ProgressState].toLowerCase();
  return String(value);
}

/** A council sees what was sent to it, and answers; it words and reviews nothing. */
function requireCouncils({ sentAt }: Recommendation, fields: (keyof RecommendationChange)[]): void {
  if (sentAt === null) throw notFound('recommendation');
  const denied = fields.filter((field) => OF_OFFICE.includes(field)).map((field) => FIELD_NAMES[field]);
  if (denied.length > 0)
    throw new Problem(
      403,
      'not-allowed',
      `The council answers a recommendation; its ${denied.join(', ')} comes from the team.`,
    );
}

function requireReason({ answer, answerReason }: Recommendation): void {
  if (answer === 'rejected' && !answerReason)
    throw badField('/answerReason', 'is empty; say why the recommendation is rejected');
}
