import { type CivilDate } from '../../calendar/dates.js';
import { programmeYear, programmeYearRange } from '../../calendar/programme-year.js';

/** An inspection that was held, of a council under one framework. */
export interface Judged {
  councilId: string;
  heldOn: CivilDate;
  judgement: string | null;
}

/** How councils stood at the end of a programme year, or today where it is not over: by their newest judgement until then. */
export interface StandingYear {
  year: number;
  day: CivilDate;
  /** Councils by each judgement, in the order of the framework, then those judged otherwise or without one in the record. */
  councils: number[];
  /** Inspections held in the year. */
  held: number;
}

/** What became of the judgement from one inspection to the next: for each, the councils by their ids, one for each pair of inspections. */
export interface Moved {
  better: string[];
  same: string[];
  worse: string[];
}

/** Each of the last years until `today`: by the newest judgement of each council, for a framework's judgements from the best down. */
export function standingByYear(
  all: readonly Judged[],
  judgements: readonly string[],
  { today, years }: { today: CivilDate; years: number },
): StandingYear[] {
  const last = programmeYear(today);
  return Array.from({ length: years }, (_, n) => last - years + 1 + n).map((year) => {
    const { from, to } = programmeYearRange(year);
    const day = to < today ? to : today;
    const councils = [...judgements, null].map(() => 0);
    for (const { judgement } of newestUntil(all, day).values()) {
      const at = placeOf(judgements, judgement) ?? judgements.length;
      councils[at] = (councils[at] ?? 0) + 1;
    }
    return { year, day, councils, held: all.filter(({ heldOn }) => heldOn >= from && heldOn <= day).length };
  });
}

/** The newest inspection of each council until a day. */
export function newestUntil(all: readonly Judged[], day: CivilDate): Map<string, Judged> {
  const newest = new Map<string, Judged>();
  for (const one of all) {
    const before = newest.get(one.councilId);
    if (one.heldOn <= day && (!before || before.heldOn <= one.heldOn)) newest.set(one.councilId, one);
  }
  return newest;
}

/**
 * Pairs of inspections of a council that follow each other, told apart by whether a challenge of it was delivered between them. Where either has no
 * judgement of the framework, nothing can be said of the pair. It tells what went together, not what caused what.
 */
export function movedBetween(
  all: readonly Judged[],
  judgements: readonly string[],
  challenges: readonly { councilId: string; lastDay: CivilDate }[],
): { withChallenge: Moved; without: Moved } {
  const moved = { withChallenge: NONE(), without: NONE() };
  for (const [before, after] of pairsOf(all)) {
    const [was, is] = [placeOf(judgements, before.judgement), placeOf(judgements, after.judgement)];
    if (was === null || is === null) continue;
    const isBetween = challenges.some(
      ({ councilId, lastDay }) =>
        councilId === after.councilId && lastDay > before.heldOn && lastDay < after.heldOn,
    );
    moved[isBetween ? 'withChallenge' : 'without'][is < was ? 'better' : is > was ? 'worse' : 'same'].push(
      after.councilId,
    );
  }
  return moved;
}

const NONE = (): Moved => ({ better: [], same: [], worse: [] });

function pairsOf(all: readonly Judged[]): [Judged, Judged][] {
  const byCouncil = new Map<string, Judged[]>();
  for (const one of all) byCouncil.set(one.councilId, [...(byCouncil.get(one.councilId) ?? []), one]);
  return [...byCouncil.values()].flatMap((mine) => {
    const sorted = [...mine].sort((a, b) => (a.heldOn < b.heldOn ? -1 : 1));
    return sorted.slice(1).map((after, n): [Judged, Judged] => [sorted[n] as Judged, after]);
  });
}

function placeOf(judgements: readonly string[], judgement: string | null): number | null {
  const at = judgement === null ? -1 : judgements.indexOf(judgement);
  return at < 0 ? null : at;
}
