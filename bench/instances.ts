import { addDays, fromDayNumber, isWeekend, toDayNumber, weekday } from '../src/calendar/dates.js';
import {
  PROGRAMME_FORMAT,
  type Challenge,
  type Council,
  type CoverageLine,
  type PartyRule,
  type Peer,
  type Policy,
  type Programme,
  type Seat,
  type SkillLevels,
} from '../src/matching/problem/programme.js';
import { Random } from '../src/matching/problem/random.js';
import { USUAL_POLICY } from '../src/matching/problem/usual-policy.js';

const REGIONS = ['NE', 'NW', 'YH', 'EM', 'WM', 'EE', 'LO', 'SE', 'SW'];
const PARTIES = ['Lab', 'Lab', 'Lab', 'Con', 'Con', 'LD', 'LD', 'Ref', 'Grn', 'Ind'];
const SKILLS = [
  'finance',
  'governance',
  'transformation',
  'children',
  'adults',
  'housing',
  'planning',
  'health',
  'communities',
];

interface Kind {
  share: number;
  days: [number, number];
  seats: Seat[];
  coverage: CoverageLine[];
}

const seat = (id: string, positions: string[], skills: SkillLevels = {}, party: PartyRule = 'any'): Seat => ({
  id,
  positions,
  party,
  skills,
});
const line = (skill: string, level: number, peers: number): CoverageLine => ({ skill, level, peers });
const member = (skills: SkillLevels = {}): Seat =>
  seat('lead-member', ['cabinet', 'councillor'], skills, 'leading');
const second = (skills: SkillLevels = {}): Seat =>
  seat('second-member', ['cabinet', 'councillor'], skills, 'other');

const KINDS: Record<string, Kind> = {
  corporate: {
    share: 0.5,
    days: [3, 5],
    seats: [
      seat('lead-member', ['leader'], {}, 'leading'),
      seat('second-member', ['leader', 'cabinet', 'councillor'], {}, 'other'),
      seat('chief-executive', ['ce']),
      seat('finance-officer', ['s151'], { finance: 4 }),
      seat('specialist', ['director', 'head'], { children: 3 }),
      seat('other-sector', ['sector']),
    ],
    coverage: [line('governance', 3, 2), line('finance', 3, 2), line('transformation', 3, 1)],
  },
  adults: {
    share: 0.2,
    days: [3, 5],
    seats: [
      member({ adults: 2 }),
      second(),
      seat('director', ['dass'], { adults: 3 }),
      seat('practice-lead', ['head'], { adults: 3 }),
      seat('other-sector', ['sector'], { health: 2 }),
    ],
    coverage: [line('health', 3, 1), line('finance', 2, 1), line('adults', 4, 2)],
  },
  planning: {
    share: 0.2,
    days: [3, 3],
    seats: [
      member({ planning: 2 }),
      second({ planning: 2 }),
      seat('chief-planner', ['head'], { planning: 4 }),
      seat('place-director', ['director']),
    ],
    coverage: [line('housing', 3, 1), line('governance', 2, 1)],
  },
  finance: {
    share: 0.1,
    days: [3, 3],
    seats: [
      member({ finance: 3 }),
      seat('section-151', ['s151'], { finance: 4 }),
      seat('second-finance', ['s151', 'head'], { finance: 3 }),
    ],
    coverage: [line('governance', 3, 1), line('finance', 4, 2)],
  },
};

/** A made-up year: councils over England, a pool in plausible proportions, challenges of the given kinds or all, with up to eight windows. */
/** Weights under which likeness and distance matter more than they do usually: harder to search, and kept so that figures stay comparable. */
const LIKE_ALIKE: Policy = {
  ...USUAL_POLICY,
  sameType: 10,
  populationWithin1_5: 6,
  populationWithin2_5: 3,
  ruralMax: 4,
  kmPerPoint: 25,
  sameRegion: 0,
};

export function instance(
  seed: number,
  peers: number,
  challenges: number,
  kinds = Object.keys(KINDS),
): Programme {
  const random = new Random(seed);
  const councils = Array.from({ length: 317 }, (_, i) => council(random, i));
  return {
    format: PROGRAMME_FORMAT,
    calendar: { from: '2026-04-01', to: '2027-03-31' },
    policy: LIKE_ALIKE,
    councils,
    peers: Array.from({ length: peers }, (_, i) => peer(random, i)),
    challenges: Array.from({ length: challenges }, (_, i) => challenge(random, i, kinds)),
    commitments: [],
  };
}

function council(random: Random, index: number): Council {
  const types = [
    'district',
    'district',
    'district',
    'county',
    'unitary',
    'metropolitan',
    'london_borough',
  ] as const;
  return {
    id: `C${String(index)}`,
    type: random.pick(types),
    region: random.pick(REGIONS),
    lat: 50.5 + random.next() * 4.5,
    lon: -4 + random.next() * 5,
    population: random.int(60, 600) * 1000,
    rural: random.int(0, 5),
    leading: random.pick(PARTIES),
    neighbours: Array.from({ length: 5 }, () => `C${String(random.int(0, 316))}`),
  };
}

function peer(random: Random, index: number): Peer {
  const roll = random.next();
  const kind = roll < 0.47 ? 'member' : roll < 0.9 ? 'officer' : 'other';
  const held = positions(random, kind);
  const maxChallenges = random.pick([1, 2, 2, 2, 3]);
  return {
    id: `P${String(index)}`,
    class: kind,
    positions: held,
    council: random.chance(0.97) ? `C${String(random.int(0, 316))}` : null,
    party: kind === 'member' ? random.pick(PARTIES) : null,
    skills: skills(random, held),
    reviews: random.pick([0, 0, 1, 1, 1, 2, 3, 5, 9]),
    rating: random.int(0, 10),
    recent: random.pick([0, 0, 0, 1, 1, 2]),
    maxChallenges,
    maxDays: maxChallenges * random.int(4, 5),
    restDays: random.pick([0, 14, 21, 21, 28, 42, 60]),
    unavailable: Array.from({ length: random.int(6, 12) }, () => busy(random)),
    conflicts: random.chance(0.15) ? [`C${String(random.int(0, 316))}`] : [],
  };
}

/** What people of a position are sure to know, beside what anybody may. */
const SIGNATURE: Record<string, string> = {
  s151: 'finance',
  ce: 'governance',
  dass: 'adults',
  dcs: 'children',
};

function skills(random: Random, held: string[]): SkillLevels {
  const own = SIGNATURE[held[0] ?? ''] ?? random.pick(SKILLS);
  const others = random.some(SKILLS, 0.3).map((skill): [string, number] => [skill, random.int(1, 4)]);
  return Object.fromEntries([
    ...others,
    ...(random.chance(0.5) ? [['governance', random.int(3, 5)] as const] : []),
    [own, random.int(3, 5)],
  ]);
}

function positions(random: Random, kind: Peer['class']): string[] {
  if (kind === 'other') return ['sector'];
  if (kind === 'member') {
    const roll = random.next();
    return roll < 0.3
      ? ['leader', 'cabinet', 'councillor']
      : roll < 0.8
        ? ['cabinet', 'councillor']
        : ['councillor'];
  }
  return random.pick([
    ['ce', 'director'],
    ['ce'],
    ['s151'],
    ['s151', 'director'],
    ['director'],
    ['director'],
    ['head'],
    ['head'],
    ['head'],
    ['dass', 'director'],
  ]);
}

function busy(random: Random): [string, string] {
  const from = fromDayNumber(toDayNumber('2026-04-01') + random.int(0, 340));
  return [from, addDays(from, random.chance(0.05) ? random.int(20, 100) : random.int(0, 14))].map((day) =>
    day > '2027-03-31' ? '2027-03-31' : day,
  ) as [string, string];
}

function challenge(random: Random, index: number, kinds: string[]): Challenge {
  const name = drawn(random, kinds);
  const { days: range, seats, coverage } = kindOf(name);
  const days = random.int(...range);
  // A council names windows of one season.
  const season = random.int(0, 240);
  const starts = new Set<string>();
  for (let n = random.int(4, 8); n > 0; n--) {
    let start = fromDayNumber(toDayNumber('2026-04-13') + season + random.int(0, 90));
    while (isWeekend(start) || weekday(start) + days > 6) start = addDays(start, 1);
    starts.add(start);
  }
  const windows = [...starts].sort().map((start, w) => ({
    id: `w${String(w + 1)}`,
    start,
    days,
    penalty: random.chance(0.5) ? 0 : random.int(1, 12),
  }));
  return {
    id: `H${String(index)}`,
    council: `C${String(random.int(0, 316))}`,
    kind: name,
    seats,
    coverage,
    windows,
  };
}

function drawn(random: Random, kinds: string[]): string {
  let left = random.next() * kinds.reduce((sum, name) => sum + kindOf(name).share, 0);
  return kinds.find((name) => (left -= kindOf(name).share) < 0) ?? 'corporate';
}

function kindOf(name: string): Kind {
  const kind = KINDS[name];
  if (!kind) throw new RangeError(`no kind "${name}"`);
  return kind;
}
