import { addDays, daysBetween, type DateRange } from '../calendar/dates.js';
import type { Council } from '../councils/council.entity.js';
import type { PeerClass, SkillLevels } from '../matching/problem/programme.js';
import { Random } from '../matching/problem/random.js';
import type { AvailabilityPattern, AvailabilityRange } from '../peers/availability.js';
import type { Peer } from '../peers/peer.entity.js';
import { placeOf, Posts, specialised } from './pool-work.js';
import { FIRST_NAMES, LAST_NAMES } from './names.js';

export const POOL_SIZE = 2200;

/** What each of them knows is drawn from a sequence of its own. */
const SPECIAL = 7_000_000;

const PARTIES = [
  'Labour',
  'Labour',
  'Labour',
  'Conservative',
  'Conservative',
  'Conservative',
  'Liberal Democrat',
  'Liberal Democrat',
  'Reform UK',
  'Green',
  'Independent',
];
const OTHER_POSITIONS = [
  'health',
  'health',
  'police',
  'business',
  'voluntary',
  'voluntary',
  'government',
  'education',
  'former-chief-executive',
  'lived-experience',
  'parent-carer',
];

/** Positions of officers with the skills that go with them; the more often named, the more common. */
const OFFICERS: [position: string, skills: string[]][] = [
  ['chief-executive', ['leadership', 'governance', 'transformation']],
  ['chief-executive', ['leadership', 'governance', 'finance']],
  ['s151', ['finance', 'governance']],
  ['s151', ['finance', 'transformation']],
  ['deputy-chief-executive', ['leadership', 'transformation', 'finance']],
  ['monitoring-officer', ['governance', 'leadership']],
  ['dass', ['adults', 'safeguarding', 'health']],
  ['dcs', ['children', 'safeguarding', 'send']],
  ['director', ['regeneration', 'planning', 'housing']],
  ['director', ['transformation', 'digital', 'communities']],
  ['director', ['housing', 'environment', 'governance']],
  ['chief-planner', ['planning', 'regeneration']],
  ['assistant-director', ['adults', 'children', 'safeguarding', 'send']],
  ['assistant-director', ['finance', 'housing', 'planning', 'transformation']],
  ['director-public-health', ['health', 'communities', 'equality']],
  ['head', ['adults', 'safeguarding', 'communities']],
  ['head', ['children', 'send', 'safeguarding']],
  ['head', ['finance', 'transformation', 'digital']],
  ['head', ['communications', 'equality', 'culture']],
  ['head', ['highways', 'environment', 'planning']],
  ['practitioner', ['children', 'safeguarding', 'send']],
  ['practitioner', ['adults', 'safeguarding', 'health']],
  ['chief-fire-officer', ['fire', 'leadership']],
  ['fire-officer', ['fire', 'governance']],
];
const MEMBER_SKILLS = [
  'leadership',
  'governance',
  'finance',
  'communities',
  'regeneration',
  'housing',
  'planning',
  'adults',
  'children',
  'environment',
  'transformation',
];

/** The invented pool: about 45 in 100 members, 42 officers, 13 from other sectors, spread over the councils by size. */
export function inventPool(random: Random, councils: Council[], calendar: DateRange): Partial<Peer>[] {
  const homes = councils
    .filter(({ body }) => body === 'council')
    .flatMap((council) =>
      new Array<Council>(council.type === 'county' || council.type === 'metropolitan' ? 3 : 2).fill(council),
    );
  const fire = councils.filter(({ body }) => body === 'fire_authority');
  const posts = new Posts();
  return Array.from({ length: POOL_SIZE }, (_, index) =>
    inventPeer(random, index, { homes, fire, posts }, calendar),
  );
}

/** Where the invented people come from. */
interface Places {
  homes: Council[];
  fire: Council[];
  posts: Posts;
}

function inventPeer(random: Random, index: number, places: Places, calendar: DateRange): Partial<Peer> {
  const roll = random.next();
  const peerClass: PeerClass = roll < 0.45 ? 'member' : roll < 0.87 ? 'officer' : 'other';
  const drawn = peerClass === 'other' ? null : random.pick(places.homes);
  const work = WORK[peerClass](random);
  const own = new Random(SPECIAL + index);
  const home = drawn && homeOf(own, drawn, work.positions, places);
  const used = random.chance(0.5);
  const name = `${random.pick(FIRST_NAMES)} ${random.pick(LAST_NAMES)}`;
  return {
    name: peerClass === 'member' ? `Cllr ${name}` : name,
    email: `peer${String(index + 1)}@peers.example`,
    phone: null,
    class: peerClass,
    party: peerClass === 'member' ? partyOf(random, home) : null,
    councilId: home?.id ?? null,
    homes: [],
    served: 0,
    organisation: peerClass === 'other' ? placeOf(work.positions[0] ?? '') : null,
    positions: work.positions,
    ...specialised(own, peerClass, work),
    conflicts: random.chance(0.12) ? [employmentAt(random, places.homes, calendar)] : [],
    availability: {
      ...diary(random, calendar, peerClass),
      confirmedOn: addDays(calendar.from, random.int(0, 60)),
    },
    refusedRegions: random.chance(0.04) && home?.region ? [home.region] : [],
    releasedUntil: null,
    reviews: used ? random.int(1, 9) : 0,
    rating: random.int(3, 9),
    maxChallenges: random.int(1, 3),
    maxDays: random.int(5, 14),
    restDays: random.pick([7, 14, 21, 28]),
    state: random.chance(0.97) ? 'active' : 'paused',
  };
}

/** Fire officers serve in fire services; posts that a council has once are held by one. */
function homeOf(own: Random, drawn: Council, positions: string[], { homes, fire, posts }: Places): Council {
  const isFire = positions.some((position) => position.endsWith('fire-officer'));
  return isFire ? own.pick(fire) : posts.fill(homes, drawn, positions);
}

const WORK = { member: memberWork, officer: officerWork, other: otherWork };

function employmentAt(random: Random, homes: Council[], { to }: DateRange): Peer['conflicts'][number] {
  const councilId = random.pick(homes).id;
  return { councilId, type: 'employment', until: addDays(to, random.int(30, 900)) };
}

function partyOf(random: Random, home: Council | null): string {
  return home?.leadingGroup && random.chance(0.6) ? home.leadingGroup : random.pick(PARTIES);
}

function memberWork(random: Random): { positions: string[]; skills: SkillLevels } {
  const roll = random.next();
  const first =
    roll < 0.22
      ? ['leader', 'cabinet']
      : roll < 0.25
        ? ['mayor', 'cabinet']
        : roll < 0.35
          ? ['deputy-leader', 'cabinet']
          : roll < 0.62
            ? ['cabinet']
            : roll < 0.75
              ? ['opposition-leader']
              : roll < 0.85
                ? ['scrutiny-chair']
                : [];
  return {
    positions: [...first, 'councillor'],
    skills: levels(random, random.some(MEMBER_SKILLS, 0.4), 2, 5),
  };
}

function officerWork(random: Random): { positions: string[]; skills: SkillLevels } {
  const [position, skills] = random.pick(OFFICERS);
  return {
    positions: [position],
    skills: { ...levels(random, random.some(MEMBER_SKILLS, 0.15), 1, 3), ...levels(random, skills, 3, 5) },
  };
}

function otherWork(random: Random): { positions: string[]; skills: SkillLevels } {
  const position = random.pick(OTHER_POSITIONS);
  return {
    positions: [position],
    skills: levels(
      random,
      [
        'communities',
        position === 'health' ? 'health' : 'equality',
        ...random.some(['leadership', 'governance', 'safeguarding', 'regeneration'], 0.4),
      ],
      2,
      5,
    ),
  };
}

function levels(random: Random, skills: string[], least: number, most: number): SkillLevels {
  return Object.fromEntries(skills.map((skill) => [skill, random.int(least, most)]));
}

/** A few weeks away, and for some a weekday that is never free. */
function diary(
  random: Random,
  { from, to }: DateRange,
  peerClass: PeerClass,
): { patterns: AvailabilityPattern[]; ranges: AvailabilityRange[] } {
  const length = daysBetween(from, to);
  const ranges = Array.from({ length: random.int(2, 5) }, (): AvailabilityRange => {
    const start = addDays(from, random.int(0, length - 22));
    return { from: start, to: addDays(start, random.int(2, 20)), state: 'busy' };
  });
  const meets = peerClass === 'member' && random.chance(0.1);
  return {
    patterns: meets
      ? [{ weekdays: [random.int(1, 5)], everyWeeks: random.pick([2, 4]), from, to: null, state: 'busy' }]
      : [],
    ranges,
  };
}
