import { addDays, weekday } from '../../src/calendar/dates.js';
import {
  COUNCIL_TYPES,
  PARTY_RULES,
  PEER_CLASSES,
  PROGRAMME_FORMAT,
  WAIVABLE_TERMS,
} from '../../src/matching/problem/programme.js';
import type {
  Challenge,
  Peer,
  Policy,
  Programme,
  SkillLevels,
} from '../../src/matching/problem/programme.js';
import { Random } from '../../src/matching/problem/random.js';
import { USUAL_POLICY as POLICY } from '../../src/matching/problem/usual-policy.js';

const POSITIONS = ['leader', 'councillor', 'chief', 's151', 'director'];
const SKILLS = ['finance', 'governance', 'housing'];
const PARTIES = ['Labour', 'Conservative', 'Green'];
const REGIONS = ['North', 'South', 'East'];

/** An officer against whom nothing speaks. */
export const PLAIN_PEER: Peer = {
  id: 'p',
  class: 'officer',
  positions: ['head'],
  council: null,
  party: null,
  skills: {},
  reviews: 5,
  rating: 0,
  recent: 0,
  maxChallenges: 3,
  maxDays: 20,
  restDays: 0,
  unavailable: [],
  conflicts: [],
};

/** A small programme with a bit of everything; few values, so that ties and clashes are common. */
export function smallProgramme(seed: number, mostPeers = 11): Programme {
  const random = new Random(seed);
  const councils = Array.from({ length: random.int(2, 7) }, (_, i) => ({
    id: `C${String(i)}`,
    type: random.pick(COUNCIL_TYPES.slice(0, 3)),
    region: random.pick(REGIONS),
    lat: random.int(500, 550) / 10,
    lon: random.int(-40, 10) / 10,
    population: random.int(5, 40) * 10_000,
    rural: random.int(0, 5),
    leading: random.chance(0.8) ? random.pick(PARTIES) : null,
    neighbours: random.chance(0.3) ? [`C${String(random.int(0, 6))}`] : [],
  }));
  const challenges = Array.from({ length: random.int(1, 2) }, (_, i) =>
    smallChallenge(random, i, councils.length),
  );
  const peers = Array.from({ length: random.int(3, mostPeers) }, (_, i) =>
    smallPeer(random, i, councils.length),
  );
  const policy = random.chance(0.5) ? POLICY : oddPolicy(random);
  return {
    format: PROGRAMME_FORMAT,
    calendar: { from: '2026-04-01', to: '2027-03-31' },
    policy,
    councils,
    peers,
    challenges,
    commitments: [],
  };
}

/** Small years, scarce: two or three challenges, few peers, so that everybody is wanted twice. */
export function smallYear(seed: number): Programme {
  const random = new Random(seed + 900_000);
  const year = smallProgramme(seed, 7);
  const third = random.chance(0.5)
    ? year.challenges.slice(0, 1).map((challenge) => ({ ...challenge, id: 'H9', kind: 'corporate' }))
    : [];
  // A price that falls with each challenge is odd, and allowed.
  const repeat = random.chance(0.2) ? [9, 4, 0] : year.policy.repeat;
  return {
    ...year,
    policy: { ...year.policy, repeat },
    challenges: [...year.challenges, ...third].map((challenge) => ({
      ...challenge,
      seats: challenge.seats.slice(0, 3),
    })),
  };
}

/** The same with bodies that are one house, and peers of several: what no file holds, and the service tells. */
export function withHouses(programme: Programme, seed: number): Programme {
  const random = new Random(seed);
  const ids = programme.councils.map(({ id }) => id);
  const pairs = ids
    .flatMap((a, i) => ids.slice(i + 1).map((b) => [a, b] as const))
    .filter(() => random.chance(0.25));
  const kinOf = (id: string): string[] => pairs.flatMap(([a, b]) => (a === id ? [b] : b === id ? [a] : []));
  return {
    ...programme,
    councils: programme.councils.map((council) => ({ ...council, kin: kinOf(council.id) })),
    peers: programme.peers.map((peer) =>
      random.chance(0.3)
        ? { ...peer, homes: random.some(ids, 0.3).filter((id) => id !== peer.council) }
        : peer,
    ),
  };
}

function levels(random: Random, probability: number, most: number): SkillLevels {
  return Object.fromEntries(random.some(SKILLS, probability).map((skill) => [skill, random.int(1, most)]));
}

function smallPeer(random: Random, index: number, councils: number): Peer {
  const kind = random.pick(PEER_CLASSES);
  const from = addDays('2026-09-01', random.int(0, 30));
  return {
    id: `P${String(index)}`,
    class: kind,
    positions: random.some(POSITIONS, 0.5),
    council: random.chance(0.85) ? `C${String(random.int(0, councils - 1))}` : null,
    party: kind === 'member' && random.chance(0.95) ? random.pick(PARTIES) : null,
    skills: levels(random, 0.7, 5),
    reviews: random.int(0, 4),
    rating: random.int(0, 3),
    recent: random.int(0, 2),
    maxChallenges: random.int(0, 3),
    maxDays: random.int(3, 12),
    restDays: random.pick([0, 7, 21]),
    unavailable: random.chance(0.4) ? [[from, addDays(from, random.int(0, 14))]] : [],
    conflicts: random.chance(0.1) ? ['C0'] : [],
    ...(random.chance(0.2) ? { kinds: random.some(['corporate', 'finance'], 0.6) } : {}),
  };
}

function smallChallenge(random: Random, index: number, councils: number): Challenge {
  const seats = Array.from({ length: random.int(1, 4) }, (_, s) => ({
    id: `s${String(s)}`,
    positions: random.some(POSITIONS, 0.6),
    party: random.chance(0.4) ? random.pick(PARTY_RULES) : ('any' as const),
    skills: levels(random, 0.25, 4),
    ...(random.chance(0.12) ? { shadow: true } : {}),
  }));
  return {
    id: `H${String(index)}`,
    council: `C${String(random.int(0, councils - 1))}`,
    kind: random.pick(['corporate', 'finance']),
    seats,
    coverage: random
      .some(SKILLS, 0.5)
      .map((skill) => ({ skill, level: random.int(1, 4), peers: random.int(0, 3) })),
    windows: Array.from({ length: random.int(1, 3) }, (_, w) => smallWindow(random, w)),
    ...(random.chance(0.2) ? { excluded: ['P1'] } : {}),
    ...(random.chance(0.2) ? { waived: WAIVABLE_TERMS.map((term) => ({ peer: 'P2', term })) } : {}),
    ...(random.chance(0.2)
      ? { policy: { extraRegion: random.int(0, 9), sameRegion: random.int(0, 9) } }
      : {}),
  };
}

function smallWindow(random: Random, index: number): Challenge['windows'][number] {
  let start = addDays('2026-09-07', random.int(0, 20));
  const days = random.int(1, 5);
  while (weekday(start) + days > 6) start = addDays(start, 1);
  return { id: `w${String(index)}`, start, days, penalty: random.int(0, 4) };
}

/** Weights far from the usual ones, zeros among them. */
function oddPolicy(random: Random): Policy {
  const odd = Object.entries(POLICY).map(([name, value]): [string, unknown] => [
    name,
    typeof value === 'number' ? random.pick([0, 1, value, value * 2]) : value,
  ]);
  return {
    ...(Object.fromEntries(odd) as unknown as Policy),
    kmPerPoint: random.int(1, 50),
    repeat: random.pick([[0], [3], [0, 5, 12]]),
  };
}

/** The same with seats that are wanted for some of the days only, or done from afar. */
export function withPresence(programme: Programme, seed: number): Programme {
  const random = new Random(seed + 7);
  return {
    ...programme,
    challenges: programme.challenges.map((challenge) => ({
      ...challenge,
      seats: challenge.seats.map((seat) => {
        if (random.chance(0.1)) return { ...seat, offSite: true };
        if (random.chance(0.5)) return seat;
        const from = random.int(1, 4);
        return { ...seat, presence: { from, to: random.chance(0.3) ? null : random.int(from, 5) } };
      }),
    })),
  };
}
