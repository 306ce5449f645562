import type { CivilDate } from '../../calendar/dates.js';

/** The problem in plain data, exactly as a `critical-friend/programme@1` file holds it. Ids are free strings. */
export interface Programme {
  format: typeof PROGRAMME_FORMAT;
  calendar: { from: CivilDate; to: CivilDate };
  policy: Policy;
  councils: readonly HostBody[];
  peers: Peer[];
  challenges: Challenge[];
  commitments: Commitment[];
}

export const PROGRAMME_FORMAT = 'critical-friend/programme@1';

/** The weights of the score, in points; integers of 0 and more. */
export interface Policy {
  base: number;
  sameType: number;
  populationWithin1_5: number;
  populationWithin2_5: number;
  ruralMax: number;
  depthPerLevel: number;
  depthPerNeed: number;
  depthMax: number;
  /** Kilometres for each point of distance, at least 1. */
  kmPerPoint: number;
  distanceMax: number;
  recent: number;
  sameRegion: number;
  unfilled: number;
  uncovered: number;
  extraRegion: number;
  extraNovice: number;
  missingExperienced: number;
  /** Reviews from which a peer counts as experienced. */
  experiencedFrom: number;
  experiencedWanted: number;
  /** The price of a peer's first, second … challenge; the last goes on for ever. */
  repeat: number[];
  /** The price of each seat whose person changes against a plan that people know. */
  disruption: number;
}

export const COUNCIL_TYPES = ['district', 'county', 'unitary', 'metropolitan', 'london_borough'] as const;
export type CouncilType = (typeof COUNCIL_TYPES)[number];

/** A council with the facts by which it is like others, or unlike. */
export interface Council {
  id: string;
  type: CouncilType;
  region: string;
  lat: number;
  lon: number;
  population: number;
  /** 0 wholly urban to 5 very rural. */
  rural: number;
  /** The party that leads it, or null where none is known to. */
  leading: string | null;
  neighbours: string[];
}

/** A host body without the facts of a council: it is like nobody, and no distance from it is known. Files have none. */
export interface BareBody {
  id: string;
  type: null;
  region: string | null;
  leading: string | null;
  neighbours: string[];
}

/** Besides what a file says: the bodies that are one house with it, such as its members, what it belongs to, and whom it follows. */
export type HostBody = (Council | BareBody) & {
  kin?: string[];
  /** Parties that lead it together with `leading`. */
  allied?: string[];
};

export const PEER_CLASSES = ['member', 'officer', 'other'] as const;
export type PeerClass = (typeof PEER_CLASSES)[number];

/** Level held by skill, 1 (aware) to 5 (national expert). */
export type SkillLevels = Record<string, number>;

export interface Peer {
  id: string;
  class: PeerClass;
  positions: string[];
  council: string | null;
  party: string | null;
  skills: SkillLevels;
  /** Challenges served before; 0 is a first-timer. */
  reviews: number;
  rating: number;
  /** Challenges in the last twelve months. */
  recent: number;
  maxChallenges: number;
  maxDays: number;
  /** Free calendar days between two challenges. */
  restDays: number;
  /** Ranges of days, both ends included. */
  unavailable: [CivilDate, CivilDate][];
  conflicts: string[];
  /** Kinds of challenge accredited for; absent means all. */
  kinds?: string[];
  /** Besides what a file says: further bodies that are theirs, to which every bar of a council applies as well. */
  homes?: string[];
  /** Besides what a file says: a member of whom no party is recorded, who fills no seat that asks for one. */
  isWithoutParty?: boolean;
}

export const PARTY_RULES = ['leading', 'other', 'any'] as const;
export type PartyRule = (typeof PARTY_RULES)[number];

export interface Seat {
  id: string;
  positions: string[];
  party: PartyRule;
  skills: SkillLevels;
  /** Held to the hard rules and scored, but counts for no team term and costs nothing when empty. */
  shadow?: boolean;
  /** Besides what a file says: for some of the days only; absent means for all. */
  presence?: Presence;
  /** Besides what a file says: done from afar at any time, so that no day has to be free. */
  offSite?: boolean;
}

/** Days of a visit, counted from 1, both ends included; no last one means up to the end. A half day is a day to every rule. */
export interface Presence {
  from: number;
  to: number | null;
  /** Comes in the middle of the first of these days. */
  fromMidday?: boolean;
  /** Leaves in the middle of the last of these days. */
  untilMidday?: boolean;
}

export interface CoverageLine {
  skill: string;
  level: number;
  peers: number;
}

export interface Window {
  id: string;
  start: CivilDate;
  /** Consecutive calendar days, 1 to 5. */
  days: number;
  penalty: number;
}

export const WAIVABLE_TERMS = ['recent', 'sameRegion', 'distanceMax'] as const;
export type WaivableTerm = (typeof WAIVABLE_TERMS)[number];

export interface Challenge {
  id: string;
  council: string;
  kind: string;
  seats: Seat[];
  coverage: CoverageLine[];
  windows: Window[];
  /** Weights that differ for this challenge. */
  policy?: Partial<Policy>;
  excluded?: string[];
  waived?: { peer: string; term: WaivableTerm }[];
  /** Besides what a file says: who is not accredited for its kind when it is. */
  unaccredited?: string[];
  /** Besides what a file says: whose accreditation for it runs out between its windows, with its last day. */
  lapsing?: { peer: string; last: CivilDate }[];
  /** Besides what a file says: of which class whoever holds a position is; else it is that of those who do. */
  classOf?: Readonly<Record<string, PeerClass>>;
  /** Besides what a file says: further bodies that it is of, to which every bar of the challenged council applies as well. */
  partners?: string[];
}

/** What is fixed already: a window, some seats, or both; null pins a seat empty. */
export interface Commitment {
  challenge: string;
  window?: string;
  seats?: Record<string, string | null>;
}

/** Who sits where, by seat id; null for an empty seat. */
export type TeamSeats = Record<string, string | null>;
