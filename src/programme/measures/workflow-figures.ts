import { thousands } from '../../english/words.js';
import type { EntityManager } from 'typeorm';
import { type CivilDate } from '../../calendar/dates.js';
import { programmeYearRange } from '../../calendar/programme-year.js';
import { sayShortDay } from '../../calendar/phrases.js';
import type { ClockStep } from '../../visits/clock.js';
import type { StepId } from '../../visits/steps.js';
import type { ClockService } from '../../visits/clock.service.js';
import { LATE_DAYS } from '../../visits/timetable.service.js';
import type { CountedChallenge } from './counted-visits.js';
import { SETTLED } from '../../outcomes/recommendation.entity.js';

/** One thing that a figure counts: a challenge, or a seat, a step or a recommendation of one. */
export interface RunningRow {
  challengeId: string;
  council: string;
  detail: string;
  /** Days, or 1 for what counts and 0 for what does not. */
  amount: number;
}

/** A figure of how the work goes: its rows, and what they say together. */
export interface Running {
  key: string;
  name: string;
  rows: RunningRow[];
  value: string;
  /** How many of before this service are not judged, in words: what is not known of them is no fault of anybody’s. */
  apart: string | null;
}

type Said = Pick<Running, 'key' | 'name'> & { say: (rows: RunningRow[]) => string };

/** "31 of 40 (78%)" */
export const shareWords = (rows: readonly RunningRow[]): string => {
  const good = rows.filter(({ amount }) => amount > 0).length;
  return rows.length === 0
    ? 'nothing to count yet'
    : `${String(good)} of ${String(rows.length)} (${String(Math.round((100 * good) / rows.length))}%)`;
};

const apartWords = (past: number): string | null =>
  past === 0 ? null : `${String(past)} of before this service counted apart`;

/** The middle one; of an even number the lower of the two in the middle. */
export function medianOf(numbers: readonly number[]): number | null {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length / 2) - 1] ?? null;
}

const medianDays = (rows: readonly RunningRow[]): string => {
  const median = medianOf(rows.map(({ amount }) => amount));
  return median === null ? 'nothing to count yet' : `${String(median)} ${median === 1 ? 'day' : 'days'}`;
};
const sumOf = (rows: readonly RunningRow[]): string =>
  thousands(rows.reduce((sum, { amount }) => sum + amount, 0));

/** The figures besides targets, in the order of the report. */
export const RUNNING: readonly Said[] = [
  { key: 'full-team', name: 'From scope to full team, median', say: medianDays },
  { key: 'first-ask', name: 'Seats filled by the first peer asked', say: shareWords },
  {
    key: 'late-changes',
    name: `Changes of a team in the last ${String(LATE_DAYS)} days before its visit`,
    say: (rows) => String(rows.length),
  },
  { key: 'reports', name: 'Reports published on time', say: shareWords },
  { key: 'plans', name: 'Action plans published on time', say: shareWords },
  { key: 'reviews', name: 'Progress reviews held on time', say: shareWords },
  { key: 'recommendations', name: 'Recommendations closed by the council', say: shareWords },
  { key: 'peer-days', name: 'Days given by peers', say: sumOf },
];

/** The figures of a year, or those of some keys, each with what it counts. */
export async function runningFigures(
  tx: EntityManager,
  clock: ClockService,
  {
    year,
    counted,
    only,
    today = clock.today(),
  }: { year: number; counted: CountedChallenge[]; only?: string; today?: CivilDate },
): Promise<Running[]> {
  const wanted = RUNNING.filter(({ key }) => only === undefined || key === only);
  const delivered = counted.filter(({ stage }) => stage === 'delivered');
  const steps = wanted.some(({ key }) => key in STEPS_OF) ? await stepRows(clock, year, today, tx) : null;
  const rowsOf: Record<string, () => Promise<RunningRow[]> | RunningRow[]> = {
    'full-team': () => fullTeam(tx, counted, today),
    'first-ask': () => firstAsk(tx, counted),
    'late-changes': () => lateChanges(tx, year),
    recommendations: () => recommendations(tx, delivered),
    'peer-days': () =>
      delivered.map(({ id, council, peerDays }) => ({
        challengeId: id,
        council,
        detail: `${String(peerDays)} days`,
        amount: peerDays,
      })),
  };
  const figures: Running[] = [];
  for (const { key, name, say } of wanted) {
    const step = STEPS_OF[key];
    const judged = step ? steps?.(step) : undefined;
    const rows = judged?.rows ?? (await rowsOf[key]?.()) ?? [];
    figures.push({ key, name, rows, value: say(rows), apart: judged?.apart ?? null });
  }
  return figures;
}

/** Figures that rest on a step of the clock. */
const STEPS_OF: Partial<Record<string, StepId>> = { reports: 'report', plans: 'plan', reviews: 'review' };

/** Days from the scope agreed to the last yes, of the challenges of the year that got so far. */
function fullTeam(
  tx: EntityManager,
  counted: readonly CountedChallenge[],
  until: CivilDate,
): Promise<RunningRow[]> {
  return tx.query(
    `SELECT c.id AS "challengeId", h.name AS council, 'scope agreed ' || to_char(s.on_day, 'FMDD FMMonth YYYY') || ', team full ' || to_char(f.on_day, 'FMDD FMMonth YYYY') AS detail, f.on_day - s.on_day AS amount
     FROM challenges c JOIN councils h ON h.id = c.council_id
     JOIN LATERAL (SELECT min((x.at AT TIME ZONE 'Europe/London')::date) AS on_day FROM challenge_changes x WHERE x.challenge_id = c.id AND x.to = 'scoped') s ON s.on_day IS NOT NULL
     JOIN LATERAL (SELECT min((x.at AT TIME ZONE 'Europe/London')::date) AS on_day FROM challenge_changes x WHERE x.challenge_id = c.id AND x.to = 'confirmed') f ON f.on_day IS NOT NULL
     WHERE c.id = ANY($1) AND f.on_day <= $2 ORDER BY amount DESC, council`,
    [counted.map(({ id }) => id), until],
  );
}

/** Seats that somebody holds, and whether nobody was asked before them. */
function firstAsk(tx: EntityManager, counted: readonly CountedChallenge[]): Promise<RunningRow[]> {
  return tx.query(
    `SELECT i.challenge_id AS "challengeId", h.name AS council, replace(i.seat, '-', ' ') || CASE WHEN n.asked = 1 THEN '' ELSE ', ' || n.asked || ' asked' END AS detail,
       (n.asked = 1)::int AS amount
     FROM invitations i JOIN challenges c ON c.id = i.challenge_id JOIN councils h ON h.id = c.council_id
     JOIN (SELECT challenge_id, seat, count(*)::int AS asked FROM invitations WHERE challenge_id = ANY($1) GROUP BY 1, 2) n USING (challenge_id, seat)
     WHERE i.state = 'accepted' AND i.challenge_id = ANY($1) ORDER BY amount, council, i.seat`,
    [counted.map(({ id }) => id)],
  );
}

/** Answers taken back, and people let go, so shortly before the first day on site; of visits in the year, whatever became of them. */
function lateChanges(tx: EntityManager, year: number): Promise<RunningRow[]> {
  const { from, to } = programmeYearRange(year);
  return tx.query(
    `SELECT c.id AS "challengeId", h.name AS council, replace(i.seat, '-', ' ') || ', ' || replace(i.state, '_', ' ') AS detail, 1 AS amount
     FROM late_changes i JOIN challenges c ON c.id = i.challenge_id JOIN councils h ON h.id = c.council_id
     WHERE c.last_day BETWEEN $1 AND $2 ORDER BY council, i.seat`,
    [from, to],
  );
}

function recommendations(tx: EntityManager, delivered: readonly CountedChallenge[]): Promise<RunningRow[]> {
  return tx.query(
    `SELECT c.id AS "challengeId", h.name AS council, 'recommendation ' || r.number || ': ' || replace(r.council_state, '_', ' ') AS detail,
       (r.council_state = ANY($2) OR r.answer = 'rejected')::int AS amount
     FROM recommendations r JOIN challenges c ON c.id = r.challenge_id JOIN councils h ON h.id = c.council_id
     WHERE r.sent_at IS NOT NULL AND c.id = ANY($1) ORDER BY amount, council, r.number`,
    [delivered.map(({ id }) => id), SETTLED],
  );
}

/** Steps whose day falls into the year and has come: whether each was done by it; and how many are of challenges of before this service. */
async function stepRows(
  clock: ClockService,
  year: number,
  today: CivilDate,
  tx: EntityManager,
): Promise<(step: StepId) => Pick<Running, 'rows' | 'apart'>> {
  const { from, to } = programmeYearRange(year);
  // What follows a visit falls at most a year and some months behind it; what was moved further is rare.
  const visited = await tx.query<{ id: string; council: string; isPast: boolean }[]>(
    `SELECT c.id, h.name AS council, EXISTS (SELECT FROM past_challenges x WHERE x.challenge_id = c.id) AS "isPast"
     FROM challenges c JOIN councils h ON h.id = c.council_id
     WHERE c.last_day BETWEEN $1::date - interval '18 months' AND $2 AND c.last_day < $3 AND c.state IN (SELECT state FROM challenge_states WHERE live) ORDER BY h.name, c.id`,
    [from, to, today],
  );
  const clocks = await clock.ofMany(
    visited.map(({ id }) => id),
    today,
    tx,
  );
  return (step) => {
    const due = visited.flatMap((one) => {
      const found = clocks.get(one.id)?.find(({ id }) => id === step);
      // Years are counted by the day of the rule: which days nobody works on moves no figure.
      const due = found?.rule ?? found?.due;
      if (!found || !due || due < from || due > to || due >= today) return [];
      return [{ ...one, found: asOf({ ...found, due }, today) }];
    });
    const rows = due.filter(({ isPast }) => !isPast).flatMap((one) => judged(step, one));
    return { rows, apart: apartWords(due.filter(({ isPast }) => isPast).length) };
  };
}

/** A step as it stood on a day: what was done only later was not done yet. */
const asOf = <Step extends ClockStep>(step: Step, day: CivilDate): Step =>
  step.doneOn !== null && step.doneOn > day ? { ...step, state: 'late', doneOn: null } : step;

/** Whether a step was done by its day; nothing where it is done and nobody said when. */
function judged(
  step: StepId,
  { id, council, found }: { id: string; council: string; found: ClockStep & { due: CivilDate } },
): RunningRow[] {
  if (found.state === 'done' && found.doneOn === null) return [];
  const onTime = found.doneOn !== null && found.doneOn <= found.due;
  const never = step === 'review' ? 'never held' : 'never published';
  const said = found.doneOn
    ? `done ${sayShortDay(found.doneOn)}`
    : found.state === 'missed'
      ? never
      : 'not yet done';
  const detail = `due ${sayShortDay(found.due)}, ${said}`;
  return [{ challengeId: id, council, detail, amount: onTime ? 1 : 0 }];
}
