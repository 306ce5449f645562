import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { daysBetween, type CivilDate } from '../calendar/dates.js';
import { ChallengeChange } from '../challenges/challenge-change.entity.js';
import { Challenge } from '../challenges/challenge.entity.js';
import { PastChallenge } from '../challenges/past-challenge.entity.js';
import { Council } from '../councils/council.entity.js';
import { councilCodes, otherNames } from '../councils/council-codes.js';
import { CouncilsService } from '../councils/councils.service.js';
import { Database } from '../database/database.js';
import { keepPolicies } from '../kinds/kept-policy.js';
import { KindsService } from '../kinds/kinds.service.js';
import type { Access, Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { ChallengeStep } from '../visits/challenge-step.entity.js';
import { readRows, rowNumber, type ReadCell } from '../web/cells.js';
import { readCsv, refuseRows, writeCsv } from '../web/csv.js';
import { inChunks, differs, runImport, type ImportReport } from '../web/imports.js';
import { PAST_COLUMNS, pastCells, pastRow, type PastCells } from './past-challenge-cells.js';
import { onePastImport } from './past-imports.js';
import { pastFaults, placeOf } from './past-faults.js';
import { twoPlaces } from './two-places.js';
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
        const month = row.monthOnly ? row.firstDay.slice(0, 7) : null;
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

  /** How each column is read. */
  async cells(tx: EntityManager, access: Access): Promise<Record<(typeof PAST_COLUMNS)[number], ReadCell>> {
    const kinds = (await this.kinds.all(tx)).map(({ id }) => id);
    return pastCells(kinds, await councilCodes(tx, access));
  }

  /**
   * All or nothing. A row is known by its reference; one that a file brought before without a reference, by body, kind and first day. What a
   * challenge follows may come by a later file. Throws a 400 that names every row and column at fault.
   */
  import(access: Access, csv: string, dryRun: boolean): Promise<ImportReport> {
    return runImport(this.db, dryRun, async (tx) => {
      await onePastImport(tx);
      const cells = readRows<PastCells>(readCsv(csv, PAST_COLUMNS), await this.cells(tx, access));
      refuseRows(await otherNames(tx, cells));
      const past = await loadPast(tx);
      const held = heldBy(past);
      const rows = cells.map((one) => pastRow(one, held(one)));
      refuseRows(await pastFaults(tx, this.councils, { cells, rows, past, today: this.db.today() }));
      const written = rows.map((row, n) => {
        const known = held(cells[n] ?? {});
        return { row: { ...row, id: known?.id ?? randomUUID() }, known };
      });
      const fresh = written.filter(({ known }) => !known).map(({ row }) => row);
      const changed = written.filter(({ known, row }) => known && differs(known, row)).map(({ row }) => row);
      await write(tx, access.actor, fresh, changed);
      refuseRows(
        (await twoPlaces(tx)).flatMap(({ reference, detail }) => {
          const n = rows.findIndex((row) => row.reference === reference);
          return n < 0 ? [] : [{ pointer: `row ${String(rowNumber(cells[n] ?? {}))}, first_day`, detail }];
        }),
      );
      await record(tx, access.actor, 'history.imported', 'challenges', {
        added: fresh.length,
        changed: changed.length,
      });
      return { added: fresh.length, changed: changed.length };
    });
  }
}

async function write(tx: EntityManager, actor: Actor, fresh: Stored[], changed: Stored[]): Promise<void> {
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
  await inChunks(changed, (some) => tx.upsert(Challenge, some.map(challengeOf), ['id']));
  await inChunks(all, (some) => tx.upsert(PastChallenge, some.map(pastOf), ['challengeId']));
  await inChunks(all.flatMap(stepsOf), (some) => tx.upsert(ChallengeStep, some, ['challengeId', 'step']));
  await tx.query(
    `UPDATE challenges c SET follows_id = f.challenge_id FROM past_challenges x LEFT JOIN past_challenges f ON f.reference = x.follows_reference
     WHERE x.challenge_id = c.id AND c.follows_id IS DISTINCT FROM f.challenge_id`,
  );
  await keepPolicies(tx);
}

/** Finds what is held of a row. */
function heldBy(past: readonly StoredPast[]): (cells: PastCells) => StoredPast | undefined {
  const named = new Map(past.map((one) => [one.reference, one]));
  const unnamed = new Map(
    past.filter(({ reference }) => reference === null).map((one) => [placeOf(one), one]),
  );
  return ({ reference, code, kind, first_day: firstDay }) =>
    named.get(reference as string) ??
    unnamed.get(
      placeOf({ councilId: code as string, kind: kind as string, firstDay: firstDay as CivilDate }),
    );
}

function challengeOf({
  id,
  councilId,
  partnerIds,
  kind,
  mode,
  firstDay,
  lastDay,
  monthOnly,
}: Stored): Partial<Challenge> & Pick<Challenge, 'seats' | 'coverage' | 'windows'> {
  const windows = !monthOnly
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

const pastOf = ({ id, reference, follows, manager, recommendations, monthOnly }: Stored): PastChallenge => ({
  challengeId: id,
  reference,
  followsReference: follows,
  manager,
  recommendations,
  monthOnly,
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
