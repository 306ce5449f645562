import type { EntityManager } from 'typeorm';
import type { CivilDate } from '../calendar/dates.js';
import type { CouncilsService } from '../councils/councils.service.js';
import { rowNumber } from '../web/cells.js';
import type { FieldError } from '../web/problems.js';
import { dayFaults, type PastCells } from './past-challenge-cells.js';
import type { PastRow, StoredPast } from './past-rows.js';

type Place = Pick<PastRow, 'councilId' | 'kind' | 'firstDay'>;

/** Two challenges of one kind do not begin at one body on one day. */
export const placeOf = ({ councilId, kind, firstDay }: Place): string => `${councilId} ${kind} ${firstDay}`;

interface Brought {
  cells: PastCells[];
  rows: PastRow[];
  past: StoredPast[];
  today: CivilDate;
}

/** What is wrong with rows besides their cells: against one another, what is held, and the lives of bodies. */
export async function pastFaults(
  tx: EntityManager,
  councils: CouncilsService,
  { cells, rows, past, today }: Brought,
): Promise<FieldError[]> {
  const [here, lives] = [await bookedHere(tx), await livesOf(tx, councils, rows)];
  const names = namesTaken(past);
  const firstDays = new Map([...past, ...rows].map((one) => [one.reference, one.firstDay]));
  return rows.flatMap((row, n) => {
    const at = (column: string, detail: string): FieldError => ({
      pointer: `row ${String(rowNumber(cells[n] ?? {}))}, ${column}`,
      detail,
    });
    const days = dayFaults(cells[n] ?? {}, row, today).map(({ column, detail }) => at(column, detail));
    const followed = row.follows === null ? undefined : firstDays.get(row.follows);
    return [
      ...names(row, rowNumber(cells[n] ?? {})).map((detail) => at('reference', detail)),
      ...(row.follows === row.reference
        ? [at('follows', `found "${row.follows}", which is the row itself`)]
        : followed !== undefined && followed > row.firstDay
          ? [at('follows', `found "${row.follows ?? ''}", which began later, on ${followed}`)]
          : []),
      ...(row.partnerIds.includes(row.councilId) ? [at('partners', 'names the body of the row itself')] : []),
      ...(days.length > 0 ? days : lives(row).map(({ column, detail }) => at(column, detail))),
      ...(here.has(placeOf(row))
        ? [at('reference', 'this challenge is in the service already, booked here: leave the row out')]
        : []),
    ];
  });
}

/** Says of a row whose reference, or whose challenge, another one has. */
function namesTaken(past: readonly StoredPast[]): (row: PastRow, at: number) => string[] {
  const plain = (reference: string): string => reference.toLowerCase();
  const held = past.flatMap(({ reference, ...one }) => (reference === null ? [] : [{ ...one, reference }]));
  const byName = new Map(held.map(({ reference }) => [plain(reference), reference]));
  const byPlace = new Map(held.map((one) => [placeOf(one), one.reference]));
  const [names, places] = [new Map<string, number>(), new Map<string, number>()];
  return (row, at) => {
    const [name, place] = [plain(row.reference), placeOf(row)];
    const [sameName, samePlace] = [names.get(name), places.get(place)];
    names.set(name, at);
    places.set(place, at);
    const known = byName.get(name);
    if (sameName !== undefined) return [`found "${row.reference}" in row ${String(sameName)} too`];
    if (known !== undefined && known !== row.reference)
      return [`found "${row.reference}"; it is held as "${known}"`];
    if (samePlace !== undefined)
      return [`it is the challenge of row ${String(samePlace)} too: of one body, kind and day`];
    const other = byPlace.get(place);
    return other === undefined || other === row.reference
      ? []
      : [`this challenge is held as "${other}": of one body, kind and day`];
  };
}

/** Says of days before a body began or after it ended whose they were. */
async function livesOf(
  tx: EntityManager,
  councils: CouncilsService,
  rows: readonly PastRow[],
): Promise<(row: PastRow) => { column: string; detail: string }[]> {
  const ids = rows.flatMap(({ councilId, partnerIds }) => [councilId, ...partnerIds]);
  const lives = new Map<string, Awaited<ReturnType<CouncilsService['lifeOf']>>>();
  for (const [id, body] of await councils.byId(ids, tx))
    if (body.validFrom !== null || body.validTo !== null) lives.set(id, await councils.lifeOf(body, tx));
  return ({ councilId, partnerIds, firstDay, lastDay }) =>
    [councilId, ...partnerIds].flatMap((id) => {
      const { begins, ends } = lives.get(id) ?? {};
      const column = id === councilId ? 'code' : 'partners';
      // A body that began or ended within the month was there for a part of it.
      if (begins && lastDay < begins.on) return [{ column, detail: begins.message }];
      return ends && firstDay > ends.on ? [{ column, detail: ends.message }] : [];
    });
}

/** Challenges that were booked in here. */
async function bookedHere(tx: EntityManager): Promise<Set<string>> {
  const rows = await tx.query<Place[]>(
    `SELECT council_id AS "councilId", kind, first_day::text AS "firstDay" FROM challenges
     WHERE first_day IS NOT NULL AND id NOT IN (SELECT challenge_id FROM past_challenges)`,
  );
  return new Set(rows.map(placeOf));
}
