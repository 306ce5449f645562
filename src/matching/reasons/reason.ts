import type { CouncilType } from '../problem/programme.js';
import type { Bar } from '../rules/rules.js';
import type { Term } from '../rules/score.js';

/** A peer as a reason tells of them: no name, no id. */
export interface Sketch {
  /** The position, of those that the seat takes, by which they may hold it. */
  position: string;
  /** The council that they come from; null from outside local government. */
  home: { type: CouncilType; region: string } | null;
  /** Challenges served before. */
  reviews: number;
  /** Skills that the seat or the challenge asks for, with the level held, 1 to 5. */
  skills: { skill: string; level: number }[];
}

/** A term of the score with what made it so. */
export interface Part extends Term {
  /** The type that both councils are of. */
  type?: CouncilType;
  km?: number;
  rating?: number;
  /** Challenges in the last twelve months. */
  recent?: number;
}

/** Who would take a seat if its peer could not; `who` is null where nobody could. */
export interface NextBest {
  who: Sketch | null;
  /** Points that the team would lose; less than 0 where it would gain. */
  loss: number;
}

/** Why a peer sits in a seat. */
export interface SeatReason {
  seat: string;
  /** Null where the seat is left empty. */
  who: Sketch | null;
  gains: Part[];
  costs: Part[];
  /** Null where nobody was looked for. */
  next: NextBest | null;
  /** The sentence of a proposal made before reasons were kept as data. */
  said?: string;
}

/** Why this team: each seat in the order of the challenge, then what the team as a whole gains and loses. */
export interface TeamReasons {
  seats: SeatReason[];
  team: Part[];
  /** The sentence of a proposal made before reasons were kept as data. */
  said?: string;
}

/** One thing asked for less. */
export type Change =
  | { change: 'skill'; skill: string; from: number; /** 0: no longer asked. */ to: number }
  | { change: 'window'; window: string; from: number; to: number }
  | { change: 'position'; position: string }
  | { change: 'party' }
  /** A sentence of an answer made before changes were kept as data. */
  | { change: 'said'; words: string };

/** Changes to what was asked that together fill a seat, and the number of peers they let in for it. */
export interface Relaxation {
  changes: Change[];
  peers: number;
}

/** Why a seat cannot be filled: how many peers fall at each bar in turn, and the smallest changes that would fill it. */
export interface Blocked {
  seat: string;
  falls: { bar: Bar; peers: number }[];
  relaxations: Relaxation[];
  /** Who could take it if they were accredited for the kind; null or absent where nobody could. */
  accredit?: Accreditable | null;
}

/** Peers whom nothing but the accreditation for a kind keeps from a seat. */
export interface Accreditable {
  /** How many. */
  peers: number;
  /** Some of them by id, the best first: the accreditation of each by itself fills the seat. */
  best: string[];
}
