import { addDays, fromDayNumber, isWeekend, lastDay, toDayNumber, weekday } from '../src/calendar/dates.js';
import { PROGRAMME_FORMAT, type Challenge, type Council, type Peer, type Programme, type Seat } from '../src/matching/programme.js';
import { Random } from '../src/matching/random.js';
import { USUAL_POLICY } from '../src/matching/usual-policy.js';

const REGIONS = ['NE', 'NW', 'YH', 'EM', 'WM', 'EE', 'LO', 'SE', 'SW'];
const PARTIES = ['Lab', 'Lab', 'Lab', 'Con', 'Con', 'LD', 'LD', 'Ref', 'Grn', 'Ind'];
const SKILLS = ['finance', 'governance', 'transformation', 'children', 'adults', 'housing', 'planning', 'health', 'communities'];

const CORPORATE: Seat[] = [
  { id: 'lead-member', positions: ['leader'], party: 'leading', skills: {} },
  { id: 'second-member', positions: ['leader', 'cabinet', 'councillor'], party: 'other', skills: {} },
  { id: 'chief-executive', positions: ['ce'], party: 'any', skills: {} },
  { id: 'finance-officer', positions: ['s151'], party: 'any', skills: { finance: 4 } },
  { id: 'specialist', positions: ['director', 'head'], party: 'any', skills: { children: 3 } },
  { id: 'other-sector', positions: ['sector'], party: 'any', skills: {} },
];

/** A made-up year: councils on a grid of England, a pool in plausible proportions, corporate challenges with eight windows each. */
export function instance(seed: number, peers: number, challenges: number): Programme {
  const random = new Random(seed);
  const councils = Array.from({ length: 317 }, (_, i) => council(random, i));
  return {
    format: PROGRAMME_FORMAT,
    calendar: { from: '2026-04-01', to: '2027-03-31' },
    policy: USUAL_POLICY,
    councils,
    peers: Array.from({ length: peers }, (_, i) => peer(random, i)),
    challenges: Array.from({ length: challenges }, (_, i) => challenge(random, i)),
    commitments: [],
  };
}

function council(random: Random, index: number): Council {
  const types = ['district', 'district', 'district', 'county', 'unitary', 'metropolitan', 'london_borough'] as const;
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
  const kind = roll < 0.45 ? 'member' : roll < 0.85 ? 'officer' : 'other';
  return {
    id: `P${String(index)}`,
    class: kind,
    positions: positions(random, kind),
    council: random.chance(0.95) ? `C${String(random.int(0, 316))}` : null,
    party: kind === 'member' ? random.pick(PARTIES) : null,
    skills: Object.fromEntries(random.some(SKILLS, 0.35).map((skill) => [skill, random.int(1, 5)])),
    reviews: random.int(0, 9),
    rating: random.int(0, 10),
    recent: random.chance(0.2) ? 1 : 0,
    maxChallenges: random.int(1, 3),
    maxDays: random.int(4, 14),
    restDays: random.pick([0, 14, 21, 28, 60]),
    unavailable: Array.from({ length: 4 }, () => busy(random)),
    conflicts: random.chance(0.15) ? [`C${String(random.int(0, 316))}`] : [],
  };
}

function positions(random: Random, kind: Peer['class']): string[] {
  if (kind === 'other') return ['sector'];
  if (kind === 'member')
    return random.chance(0.25) ? ['leader', 'cabinet', 'councillor'] : random.chance(0.4) ? ['cabinet', 'councillor'] : ['councillor'];
  return [random.pick(['ce', 's151', 'director', 'director', 'head', 'head', 'dass', 'dcs'])];
}

function busy(random: Random): [string, string] {
  const from = fromDayNumber(toDayNumber('2026-04-01') + random.int(0, 330));
  return [from, addDays(from, random.int(0, 20))];
}

function challenge(random: Random, index: number): Challenge {
  const windows = Array.from({ length: 8 }, (_, w) => {
    let start = fromDayNumber(toDayNumber('2026-04-13') + random.int(0, 330));
    while (isWeekend(start) || weekday(start) > 2) start = addDays(start, 1);
    return { id: `w${String(w)}`, start: lastDay(start, 1), days: 4, penalty: random.int(0, 12) };
  });
  const coverage = [
    { skill: 'governance', level: 3, peers: 2 },
    { skill: 'finance', level: 3, peers: 2 },
    { skill: 'transformation', level: 3, peers: 1 },
  ];
  return { id: `H${String(index)}`, council: `C${String(random.int(0, 316))}`, kind: 'corporate', seats: CORPORATE, coverage, windows };
}
