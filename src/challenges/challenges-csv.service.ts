import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { daysBetween, type CivilDate } from '../calendar/dates.js';
import { otherNames, readCouncil } from '../councils/council-codes.js';
import { amount } from '../english/words.js';
import { narrow, type Access } from '../people/access.js';
import { record } from '../people/audit.js';
import { day, needed, oneOf, readRows, text, rowNumber, type ReadCell } from '../web/cells.js';
import { readCsv, refuseRows, writeCsv } from '../web/csv.js';
import { inChunks } from '../web/imports.js';
import { reached } from '../web/progress.js';
import type { FieldError } from '../web/problems.js';
import { ChallengeChange } from './challenge-change.entity.js';
import { Challenge } from './challenge.entity.js';
import { PastChallenge } from './past-challenge.entity.js';
import { CHALLENGE_STATES, type ChallengeState } from './states.js';
import { keepPolicies } from '../kinds/kept-policy.js';
import { KindsService } from '../kinds/kinds.service.js';
import { Database } from '../database/database.js';
import { BookingService } from './booking.service.js';
import { SCOPE_COLUMNS } from './hosts.js';

/** The columns of the list of challenges, for import and export alike. */
export const CHALLENGE_COLUMNS = ['council', 'code', 'kind', 'state', 'first_day', 'last_day'] as const;

interface Row {
  council: string | null | undefined;
  code: string;
  kind: string;
  state: ChallengeState;
  first_day: CivilDate | null | undefined;
  last_day: CivilDate | null | undefined;
}

const MOST_DAYS = 5;

/** Challenges from a file: what was before this service, and enquiries with a window. */
@Injectable()
export class ChallengesCsvService {
  constructor(
    private readonly db: Database,
    private readonly kinds: KindsService,
    private readonly booking: BookingService,
  ) {}

  /** All that somebody may see, by their days. */
  async export(access: Access): Promise<string> {
    return challengesFile(await this.seen(access));
  }

  /** The same with the windows of each: of an enquiry they are all that there is. */
  async shown(access: Access): Promise<string> {
    const challenges = await this.seen(access);
    return writeCsv(
      [...CHALLENGE_COLUMNS, 'windows'],
      challenges.map((challenge) => ({
        ...rowOf(challenge),
        windows: challenge.windows.map(({ start, days }) => `${start}, ${amount(days, 'day')}`).join('; '),
      })),
    );
  }

  private seen(access: Access): Promise<Challenge[]> {
    const rows = this.db.manager
      .createQueryBuilder(Challenge, 'c')
      .innerJoinAndSelect('c.council', 'h')
      .orderBy('c.first_day', 'ASC', 'NULLS LAST')
      .addOrderBy('c.id');
    return narrow(rows, access, SCOPE_COLUMNS).getMany();
  }

  /** How each column is read. */
  async cells(
    tx: EntityManager,
    access: Access,
  ): Promise<Record<(typeof CHALLENGE_COLUMNS)[number], ReadCell>> {
    const kinds = (await this.kinds.all(tx)).map(({ id }) => id);
    return {
      council: text,
      code: needed(await readCouncil(tx, access)),
      kind: needed(oneOf(kinds)),
      state: needed(oneOf(CHALLENGE_STATES)),
      first_day: day,
      last_day: day,
    };
  }

  /**
   * Imports challenges, all or nothing. A row that is known by council, kind and first day changes nothing; a new one is an enquiry, whose days are its
   * window and meet the calendar's rules like any other, or one that was closed before today. Throws a 400 that names every row and column at fault.
   */
  import(access: Access, csv: string): Promise<void> {
    return this.db.transact(async (tx) => {
      const rows = readRows<Record<(typeof CHALLENGE_COLUMNS)[number], unknown>>(
        readCsv(csv, CHALLENGE_COLUMNS),
        await this.cells(tx, access),
      ) as unknown as Row[];
      const known = await this.known(tx);
      refuseRows([...twice(rows), ...(await otherNames(tx, rows))]);
      const fresh = rows
        .map((row) => ({ row, n: rowNumber(row) }))
        .filter(({ row }) => !known.has(keyOfRow(row)));
      const today = this.db.today();
      refuseRows(fresh.flatMap(({ row, n }) => faultsOf(row, n, today)));
      await this.addPast(
        tx,
        access.actor.id,
        fresh.flatMap(({ row }) => (row.state === 'enquiry' ? [] : [row])),
      );
      // The windows of enquiries are checked by booking them.
      const enquiries = fresh.filter(({ row }) => row.state === 'enquiry');
      for (const [done, { row, n }] of enquiries.entries()) {
        await reached(done);
        await this.enquire(tx, access, row, n);
      }
      await record(tx, access.actor, 'challenges.imported', 'challenges', { added: fresh.length });
    });
  }

  private async enquire(tx: EntityManager, access: Access, row: Row, n: number): Promise<void> {
    const { code: councilId, kind } = row;
    const { start, days } = windowOf(row);
    const asked = this.booking.bookWithin(tx, access, { councilId, kind, windows: [{ start, days }] });
    await asked.catch((error: unknown) => {
      const detail = error instanceof Error ? detailOf(error) : 'is refused';
      refuseRows([{ pointer: `row ${String(n)}, first_day`, detail }]);
    });
  }

  /** Challenges that were over before this service. */
  private async addPast(tx: EntityManager, actor: string, rows: readonly Row[]): Promise<void> {
    const kinds = new Map((await this.kinds.all(tx)).map((kind) => [kind.id, kind]));
    const added = rows.map((row) => {
      const { seats = [], coverage = [] } = kinds.get(row.kind) ?? {};
      const { code: councilId, kind, state, first_day: firstDay, last_day: lastDay } = row;
      const windows = [{ id: 'w1', ...windowOf(row), penalty: 0 }];
      return { id: randomUUID(), councilId, kind, state, seats, coverage, windows, firstDay, lastDay };
    });
    await inChunks(added, (some) => tx.insert(Challenge, some as unknown as Challenge[]));
    await inChunks(added, (some) =>
      tx.insert(
        ChallengeChange,
        some.map(({ id, state }) => ({
          challengeId: id,
          from: null,
          to: state,
          actor,
          reason: 'before this service',
        })),
      ),
    );
    await inChunks(added, (some) =>
      tx.insert(
        PastChallenge,
        some.map(({ id }) => ({ challengeId: id })),
      ),
    );
    if (added.length > 0) await keepPolicies(tx);
  }

  /** What is there: by the first day on site, and before there is one by each window, and without a day as the list is saved. */
  private async known(tx: EntityManager): Promise<Set<string>> {
    const rows = await tx.query<
      (Pick<Row, 'code' | 'kind' | 'first_day'> & { starts: CivilDate[] | null })[]
    >(
      `SELECT council_id AS code, kind, first_day::text, (SELECT jsonb_agg(w->>'start') FROM jsonb_array_elements(windows) w) AS starts FROM challenges`,
    );
    return new Set(
      rows.flatMap((row) => {
        const days = row.first_day ? [row.first_day] : [null, ...(row.starts ?? [])];
        return days.map((first) => keyOfRow({ ...row, first_day: first }));
      }),
    );
  }
}

const rowOf = ({ council, kind, state, firstDay, lastDay }: Challenge): Record<string, string | null> => ({
  council: council?.name ?? '',
  code: council?.code ?? '',
  kind,
  state,
  first_day: firstDay,
  last_day: lastDay,
});

/** Challenges with their councils as a file. */
export const challengesFile = (challenges: readonly Challenge[]): string =>
  writeCsv(CHALLENGE_COLUMNS, challenges.map(rowOf));

const keyOfRow = ({ code, kind, first_day: firstDay }: Pick<Row, 'code' | 'kind' | 'first_day'>): string =>
  `${code} ${kind} ${firstDay ?? ''}`;

const windowOf = ({ first_day: first, last_day: last }: Row): { start: CivilDate; days: number } => ({
  start: first ?? '',
  days: first && last ? daysBetween(first, last) + 1 : 0,
});

/** One challenge in two rows. */
function twice(rows: readonly Row[]): FieldError[] {
  const seen = new Map<string, number>();
  return rows.flatMap((row) => {
    const [key, n] = [keyOfRow(row), rowNumber(row)];
    const before = seen.get(key);
    seen.set(key, before ?? n);
    return before === undefined || !row.first_day
      ? []
      : [{ pointer: `row ${String(n)}, first_day`, detail: `is the challenge of row ${String(before)} too` }];
  });
}

function faultsOf(
  { state, first_day: firstDay, last_day: lastDay }: Row,
  n: number,
  today: CivilDate,
): FieldError[] {
  const at = (column: string, detail: string): FieldError[] => [
    { pointer: `row ${String(n)}, ${column}`, detail },
  ];
  if (state !== 'enquiry' && state !== 'closed')
    return at(
      'state',
      `found "${state}"; allowed for a challenge that is not known here: enquiry, or closed for one of before this service`,
    );
  if (!firstDay || !lastDay) return at('first_day', 'is empty, or last_day is; both are needed');
  const days = daysBetween(firstDay, lastDay) + 1;
  if (days < 1 || days > MOST_DAYS)
    return at('last_day', `found ${lastDay}; allowed: 1 to ${String(MOST_DAYS)} days from ${firstDay}`);
  return state === 'closed' && lastDay >= today
    ? at('last_day', `found ${lastDay}; a closed challenge ended before today`)
    : [];
}

function detailOf(error: Error): string {
  const faults = 'errors' in error ? (error.errors as FieldError[]) : [];
  return faults[0]?.detail ?? error.message;
}
