import type { Accreditation, Peer, PeerConflict, PeerHome } from '../peers/peer.entity.js';

/** What a record takes over when another one of the same person is joined to it. */
export type Combined = Pick<
  Peer,
  | 'email'
  | 'phone'
  | 'organisation'
  | 'homes'
  | 'positions'
  | 'skills'
  | 'accreditations'
  | 'conflicts'
  | 'availability'
  | 'refusedRegions'
  | 'releasedUntil'
  | 'reviews'
  | 'needs'
  | 'endorsedOn'
  | 'erasureAskedAt'
  | 'calendarUrl'
>;

/**
 * One record of two: name, group, limits and rating are those of the record that stays, and so is whatever only one can be; what bars is
 * taken from both, what is held from whichever says more. Experience that was brought is the larger figure, since both tell of one life.
 */
export function combined(stays: Peer, goes: Peer): Combined {
  const { availability: own } = stays;
  const { availability: other } = goes;
  const calendar = own.calendar ?? other.calendar;
  return {
    email: stays.email ?? goes.email,
    phone: stays.phone ?? goes.phone,
    organisation: stays.organisation ?? goes.organisation,
    homes: homesOf(stays, goes),
    positions: stays.class === goes.class ? union(stays.positions, goes.positions) : stays.positions,
    skills: highest(stays.skills, goes.skills),
    accreditations: accreditationsOf([...stays.accreditations, ...goes.accreditations]),
    conflicts: conflictsOf([...stays.conflicts, ...goes.conflicts]),
    // What was said later in a list holds over what was said before.
    availability: {
      patterns: [...other.patterns, ...own.patterns],
      ranges: unique([...other.ranges, ...own.ranges], (range) => JSON.stringify(range)),
      ...(calendar ? { calendar } : {}),
      confirmedOn: own.confirmedOn ?? other.confirmedOn,
    },
    refusedRegions: union(stays.refusedRegions, goes.refusedRegions),
    releasedUntil: earlier(stays.releasedUntil, goes.releasedUntil),
    reviews: Math.max(stays.reviews, goes.reviews),
    needs: { ...goes.needs, ...stays.needs },
    endorsedOn: stays.endorsedOn ?? goes.endorsedOn,
    erasureAskedAt: stays.erasureAskedAt ?? goes.erasureAskedAt,
    calendarUrl: stays.calendarUrl ?? goes.calendarUrl,
  };
}

/** The further bodies of both: where the record that goes comes from is one of them. */
function homesOf(stays: Peer, goes: Peer): PeerHome[] {
  const first = goes.councilId === null ? [] : [{ councilId: goes.councilId, from: null, to: null }];
  const all = [...stays.homes, ...first, ...goes.homes].filter(
    ({ councilId, to }) => councilId !== stays.councilId || to !== null,
  );
  return unique(all, ({ councilId, to }) => `${councilId} ${to ?? ''}`);
}

/** Of each kind the accreditation that holds longest; one without an end holds for ever. */
const accreditationsOf = (all: Accreditation[]): Accreditation[] =>
  unique(
    longestFirst(all, ({ expiresOn }) => expiresOn),
    ({ kind }) => kind,
  );

/** Of each link the one that bars longest. */
const conflictsOf = (all: PeerConflict[]): PeerConflict[] =>
  unique(
    longestFirst(all, ({ until }) => until),
    ({ councilId, type }) => `${councilId} ${type}`,
  );

const longestFirst = <T>(all: T[], lastDay: (one: T) => string | null): T[] =>
  [...all].sort((a, b) => (lastDay(b) ?? '9999').localeCompare(lastDay(a) ?? '9999'));

const union = (a: string[], b: string[]): string[] => [...new Set([...a, ...b])];

/** The first of those that have one key, in the order in which keys come. */
function unique<T>(all: T[], keyOf: (one: T) => string): T[] {
  const found = new Map<string, T>();
  for (const one of all) if (!found.has(keyOf(one))) found.set(keyOf(one), one);
  return [...found.values()];
}

function highest(a: Record<string, number>, b: Record<string, number>): Record<string, number> {
  const skills = union(Object.keys(a), Object.keys(b));
  return Object.fromEntries(skills.map((skill) => [skill, Math.max(a[skill] ?? 0, b[skill] ?? 0)]));
}

const earlier = (a: string | null, b: string | null): string | null =>
  a === null || b === null ? (a ?? b) : a < b ? a : b;
