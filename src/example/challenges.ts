import { addDays, daysBetween, lastDay, weekday, type CivilDate, type DateRange } from '../calendar/dates.js';
import { windowWarnings } from '../calendar/window-rules.js';
import type { ChallengeState } from '../challenges/states.js';
import type { Council } from '../councils/council.entity.js';
import type { Window } from '../matching/problem/programme.js';
import type { Random } from '../matching/problem/random.js';
import { FIRST_KINDS } from '../kinds/first-kinds.js';
import { FIRST_REFERENCE } from '../reference/first-content.js';

export const CHALLENGE_COUNT = 150;

/** The council whose challenge waits for its team (Canterbury), and the one that the example council user speaks for (Exeter). */
export const SHOWN_COUNCIL = 'E07000106';
export const SIGNED_IN_COUNCIL = 'E07000041';

export interface InventedChallenge {
  council: Council;
  kind: string;
  state: ChallengeState;
  windows: Window[];
}

const KINDS = [
  'corporate',
  'corporate',
  'corporate',
  'corporate',
  'finance',
  'governance',
  'adults',
  'children',
  'planning',
  'housing',
  'financial-health-check',
  'equality',
];

/** Of services that a district does not have. */
const UPPER_TIER_KINDS = ['adults', 'children', 'safeguarding', 'care-practice', 'send', 'highways'];

/** The kind that was drawn, where the council has such services; else one that every council may have. */
const kindAt = ({ type }: Council, kind: string): string =>
  type === 'district' && UPPER_TIER_KINDS.includes(kind) ? 'governance' : kind;

/** A year of challenges about today: those behind in the stages of follow-up, those ahead in the stages before; the last waits for its team. */
export function inventChallenges(
  random: Random,
  councils: Council[],
  calendar: DateRange,
  today: CivilDate,
): InventedChallenge[] {
  const shuffled = councils.map((council) => ({ council, at: random.next() })).sort((a, b) => a.at - b.at);
  const others = shuffled
    .map(({ council }) => council)
    .filter(({ code }) => code !== SHOWN_COUNCIL && code !== SIGNED_IN_COUNCIL);
  const hosts = [
    ...others.slice(0, CHALLENGE_COUNT - 2),
    ...councils.filter(({ code }) => code === SHOWN_COUNCIL),
  ];
  const invented = hosts.map((council, index): InventedChallenge => {
    const waiting = index === hosts.length - 1;
    const kind = waiting ? 'corporate' : kindAt(council, random.pick(KINDS));
    const day = waiting
      ? addDays(today, 100)
      : addDays(
          calendar.from,
          Math.round(
            ((index + random.next()) / hosts.length) * (daysBetween(calendar.from, calendar.to) - 40),
          ),
        );
    const windows = windowsFrom(random, council, kind, day);
    return {
      council,
      kind,
      windows,
      state: waiting ? 'scoped' : stateAt(random, index, windows, kind, today),
    };
  });
  putOnSite(invented, today);
  return [
    ...invented,
    ...councils.filter(({ code }) => code === SIGNED_IN_COUNCIL).map((council) => justEnded(council, today)),
  ];
}

/** Somebody is on site on every day of the example, weekends and holidays too: whoever began last. */
function putOnSite(invented: InventedChallenge[], today: CivilDate): void {
  const begun = invented.filter(
    ({ state, windows }) => state === 'reporting' && (windows[0]?.start ?? '') <= today,
  );
  const latest = begun.reduce<InventedChallenge | null>(
    (last, one) => (last && (last.windows[0]?.start ?? '') >= (one.windows[0]?.start ?? '') ? last : one),
    null,
  );
  if (latest) latest.state = 'on_site';
}

/** The signed-in council has just been visited: its follow-up begins. */
function justEnded(council: Council, today: CivilDate): InventedChallenge {
  const { days = 4, preElectionRefuses = true } = FIRST_KINDS.corporate ?? {};
  const context = { rules: FIRST_REFERENCE.calendar, cycle: council.elections, preElectionRefuses };
  let start = addDays(today, -days);
  while (
    weekday(start) > 2 ||
    windowWarnings(start, days, context).some(({ severity }) => severity === 'refused')
  )
    start = addDays(start, -1);
  return { council, kind: 'corporate', state: 'reporting', windows: [{ id: 'w1', start, days, penalty: 0 }] };
}

/** Two or three windows that the calendar allows, from a day on. */
function windowsFrom(random: Random, council: Council, kind: string, day: CivilDate): Window[] {
  const { days, preElectionRefuses } = FIRST_KINDS[kind] ?? { days: 3, preElectionRefuses: false };
  const windows: Window[] = [];
  const wanted = random.int(2, 3);
  for (let start = day; windows.length < wanted; start = addDays(start, 1)) {
    const usual =
      days === 4 ? weekday(start) <= 2 : days === 3 ? weekday(start) === 2 : weekday(start) + days <= 6;
    const warnings = windowWarnings(start, days, {
      rules: FIRST_REFERENCE.calendar,
      cycle: council.elections,
      preElectionRefuses,
    });
    if (!usual || warnings.some(({ severity }) => severity === 'refused')) continue;
    windows.push({ id: `w${String(windows.length + 1)}`, start, days, penalty: warnings.length * 5 });
    start = addDays(start, 6);
  }
  return windows;
}

function stateAt(
  random: Random,
  index: number,
  windows: Window[],
  kind: string,
  today: CivilDate,
): ChallengeState {
  if (index % 24 === 7)
    return (['postponed', 'cancelled', 'stood_down'] as const)[Math.floor(index / 24) % 3] ?? 'cancelled';
  const [first] = windows;
  if (!first) return 'enquiry';
  const ahead = daysBetween(today, first.start);
  if (ahead <= 0 && lastDay(first.start, first.days) >= today) return 'on_site';
  if (ahead < -150)
    return random.pick(
      FIRST_KINDS[kind]?.clock.progressReviewMonths === null
        ? ['closed', 'closed']
        : ['review_due', 'reviewed', 'closed', 'action_plan_published'],
    );
  if (ahead < -100) return random.pick(['action_plan_published', 'report_published']);
  if (ahead < -45) return random.pick(['report_published', 'reporting']);
  if (ahead < 0) return 'reporting';
  if (ahead < 45) return 'confirmed';
  if (ahead < 75) return random.pick(['confirmed', 'inviting']);
  if (ahead < 95) return random.pick(['inviting', 'team_agreed', 'team_proposed']);
  return random.pick(['enquiry', 'scoped', 'scoped']);
}
