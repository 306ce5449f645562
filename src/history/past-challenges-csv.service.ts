import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import { daysBetween, monthOf, type CivilDate } from '../calendar/dates.js';
import { ChallengeChange } from '../challenges/challenge-change.entity.js';
import { Challenge } from '../challenges/challenge.entity.js';
import { PastChallenge } from '../challenges/past-challenge.entity.js';
import { Council } from '../councils/council.entity.js';
import { councilCodes } from '../councils/council-codes.js';
import { CouncilsService } from '../councils/councils.service.js';
import { Database } from '../database/database.js';
import { keepPolicies } from '../kinds/kept-policy.js';
import { KindsService } from '../kinds/kinds.service.js';
import type { Access, Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { ChallengeStep } from '../visits/challenge-step.entity.js';
import { readRows } from '../web/cells.js';
import { readCsv, refuseRows, writeCsv } from '../web/csv.js';
import { differs, runImport, type ImportReport } from '../web/imports.js';
import type { FieldError } from '../web/problems.js';
import { dayFaults, PAST_COLUMNS, pastCells, pastRow, type PastCells } from './past-challenge-cells.js';
import { inChunks, onePastImport } from './past-imports.js';
import { loadPast, type PastRow, type StoredPast } from './past-rows.js';

type Stored = PastRow & { id: string };

/**
 * Challenges of before this service, out and in by the same columns. They come in closed: nobody is told, asked or reminded, and what is
 * not known of them is held against nobody.
 */
@Injectable()
export class PastChallengesCsv {
  constructor(
    private readonly db: Database,
    private readonly kinds: KindsService,
    private readonly councils: CouncilsService,
  ) {}

  async export(): Promise<string> {
    const [rows, councils] = await Promise.all([
      loadPast(this.db.manager),
      this.db.manager.find(Council, { select: { id: true, name: true, code: true } }),
    ]);
    const named = new Map(councils.map((council) => [council.id, council]));
    const codeOf = (id: string): string => named.get(id)?.code ?? '';
    return writeCsv(
      PAST_COLUMNS,
      rows.map((row) => {
        const month = monthOf(row.firstDay, row.lastDay);
        return {
          reference: row.reference,
          council: named.get(row.councilId)?.name ?? '',
          code: codeOf(row.councilId),
          partners: row.partnerIds.map(codeOf).join('; '),
          kind: row.kind,
          mode: row.mode,
          first_day: month === null ? row.firstDay : null,
          last_day: month === null ? row.lastDay : null,
          month,
          manager: row.manager,
          report_on: row.reportOn,
          report_link: row.reportLink,
          plan_on: row.planOn,
          plan_link: row.planLink,
          review_on: row.reviewOn,
          review_link: row.reviewLink,
          recommendations: row.recommendations,
          follows: row.follows,
        };
      }),
    );
  }

  /**
   * All or nothing. A row is known by its reference; one that a file brought before without a reference, by body, kind and first day. What a
   * challenge follows may come by a later file. Throws a 400 that names every row and column at fault.
   */
  import(access: Access, csv: string, dryRun: boolean): Promise<ImportReport> {
    return runImport(this.db, dryRun, async (tx) => {
      await onePastImport(tx);
      const kinds = (await this.kinds.all(tx)).map(({ id }) => id);
      const cells = readRows<PastCells>(
        readCsv(csv, PAST_COLUMNS),
        pastCells(kinds, await councilCodes(tx, access)),
      );
      const held = heldBy(await loadPast(tx));
      const rows = cells.map((one) => pastRow(one, held(one)));
      refuseRows(await this.faults(tx, cells, rows));
      const written = rows.map((row, n) => {
        const known = held(cells[n] ?? {});
        return { row: { ...row, id: known?.id ?? randomUUID() }, known };
      });
      const fresh = written.filter(({ known }) => !known).map(({ row }) => row);
      const changed = written.filter(({ known, row }) => known && differs(known, row)).map(({ row }) => row);
      await this.write(tx, access.actor, fresh, changed);
      await record(tx, access.actor, 'history.imported', 'challenges', {
        added: fresh.length,
        changed: changed.length,
      });
      return { added: fresh.length, changed: changed.length };
    });
  }

  private async faults(tx: EntityManager, cells: PastCells[], rows: PastRow[]): Promise<FieldError[]> {
    const today = this.db.today();
    const here = await this.bookedHere(tx);
    const seen = new Map<string, number>();
    const lives = await this.lives(tx, rows);
    return rows.flatMap((row, n) => {
      const at = (column: string, detail: string): FieldError => ({
        pointer: `row ${String(n + 2)}, ${column}`,
        detail,
      });
      const twice = seen.get(row.reference);
      if (twice === undefined) seen.set(row.reference, n + 2);
      const days = dayFaults(cells[n] ?? {}, row, today);
      return [
        ...(twice === undefined
          ? []
          : [at('reference', `found "${row.reference}" in row ${String(twice)} too`)]),
        ...(row.follows === row.reference
          ? [at('follows', `found "${row.follows}", which is the row itself`)]
          : []),
        ...(row.partnerIds.includes(row.councilId)
          ? [at('partners', 'names the body of the row itself')]
          : []),
        ...days.map(({ column, detail }) => at(column, detail)),
        ...(days.length > 0 ? [] : (lives(row) ?? []).map((detail) => at('code', detail))),
        ...(here.has(keyOf(row))
          ? [at('reference', 'this challenge is in the service already, booked here: leave the row out')]
          : []),
      ];
    });
  }

  /** Says of days before a body began or after it ended whose they were. */
  private async lives(
    tx: EntityManager,
    rows: readonly PastRow[],
  ): Promise<(row: PastRow) => string[] | undefined> {
    const bodies = await this.councils.byId(
      rows.flatMap(({ councilId, partnerIds }) => [councilId, ...partnerIds]),
      tx,
    );
    const lives = new Map<string, Awaited<ReturnType<CouncilsService['lifeOf']>>>();
    for (const [id, body] of bodies)
      if (body.validFrom !== null || body.validTo !== null)
        lives.set(id, await this.councils.lifeOf(body, tx));
    return ({ councilId, partnerIds, firstDay, lastDay }) =>
      [councilId, ...partnerIds].flatMap((id) => {
        const { begins, ends } = lives.get(id) ?? {};
        // A body that ended within the month was there for a part of it.
        if (begins && lastDay < begins.on) return [begins.message];
        return ends && firstDay > ends.on ? [ends.message] : [];
      });
  }

  /** Challenges that were booked in here, by body, kind and first day. */
  private async bookedHere(tx: EntityManager): Promise<Set<string>> {
    const rows = await tx.query<Pick<PastRow, 'councilId' | 'kind' | 'firstDay'>[]>(
      `SELECT council_id AS "councilId", kind, first_day::text AS "firstDay" FROM challenges
       WHERE first_day IS NOT NULL AND id NOT IN (SELECT challenge_id FROM past_challenges)`,
    );
    return new Set(rows.map(keyOf));
  }

  private async write(tx: EntityManager, actor: Actor, fresh: Stored[], changed: Stored[]): Promise<void> {
    const all = [...fresh, ...changed];
    await inChunks(fresh, (some) => tx.insert(Challenge, some.map(challengeOf)));
    await inChunks(fresh, (some) =>
      tx.insert(
        ChallengeChange,
        some.map(({ id }) => ({
          challengeId: id,
          from: null,
          to: 'closed' as const,
          actor: actor.id,
          reason: 'before this service',
        })),
      ),
    );
    for (const row of changed) await tx.update(Challenge, row.id, challengeOf(row));
    await inChunks(all, (some) => tx.upsert(PastChallenge, some.map(pastOf), ['challengeId']));
    await tx.delete(ChallengeStep, {
      challengeId: In(changed.map(({ id }) => id)),
      step: In(['report', 'plan', 'review']),
    });
    await inChunks(all.flatMap(stepsOf), (some) => tx.insert(ChallengeStep, some));
    await tx.query(
      `UPDATE challenges c SET follows_id = f.challenge_id FROM past_challenges x LEFT JOIN past_challenges f ON f.reference = x.follows_reference
       WHERE x.challenge_id = c.id AND c.follows_id IS DISTINCT FROM f.challenge_id`,
    );
    await keepPolicies(tx);
  }
}

const keyOf = ({ councilId, kind, firstDay }: Pick<PastRow, 'councilId' | 'kind' | 'firstDay'>): string =>
  `${councilId} ${kind} ${firstDay}`;

/** Finds what is held of a row. */
function heldBy(past: readonly StoredPast[]): (cells: PastCells) => StoredPast | undefined {
  const named = new Map(past.map((one) => [one.reference, one]));
  const unnamed = new Map(past.filter(({ reference }) => reference === null).map((one) => [keyOf(one), one]));
  return ({ reference, code, kind, first_day: firstDay }) =>
    named.get(reference as string) ??
    unnamed.get(keyOf({ councilId: code as string, kind: kind as string, firstDay: firstDay as CivilDate }));
}

function challengeOf({
  id,
  councilId,
  partnerIds,
  kind,
  mode,
  firstDay,
  lastDay,
}: Stored): Partial<Challenge> & Pick<Challenge, 'seats' | 'coverage' | 'windows'> {
  const windows =
    monthOf(firstDay, lastDay) === null
      ? [{ id: 'w1', start: firstDay, days: daysBetween(firstDay, lastDay) + 1, penalty: 0 }]
      : [];
  return {
    id,
    councilId,
    partnerIds,
    kind,
    mode,
    firstDay,
    lastDay,
    windows,
    state: 'closed',
    seats: [],
    coverage: [],
  };
}

const pastOf = ({ id, reference, follows, manager, recommendations }: Stored): PastChallenge => ({
  challengeId: id,
  reference,
  followsReference: follows,
  manager,
  recommendations,
});

/** What is known of a step; a step of which nothing is known is not written down. */
function stepsOf(row: Stored): Pick<ChallengeStep, 'challengeId' | 'step' | 'doneOn' | 'link'>[] {
  const known = [
    { step: 'report', doneOn: row.reportOn, link: row.reportLink },
    { step: 'plan', doneOn: row.planOn, link: row.planLink },
    { step: 'review', doneOn: row.reviewOn, link: row.reviewLink },
  ];
  return known
    .filter(({ doneOn, link }) => doneOn !== null || link !== null)
    .map((step) => ({ challengeId: row.id, ...step }));
}
