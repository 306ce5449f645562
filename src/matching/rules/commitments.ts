import { NONE, Pool } from '../problem/pool.js';
import type { Challenge, Commitment, Programme } from '../problem/programme.js';
import { ask } from '../problem/question.js';
import type { Pins } from './pins.js';

/**
 * The pool of a programme, with every peer who is committed to a challenge placed there. A commitment without a window counts
 * against the number of challenges a peer takes; its days are not known yet.
 */
export function poolOf(programme: Programme): Pool {
  const pool = new Pool(programme.councils, programme.peers);
  for (const commitment of merged(programme.commitments)) {
    const challenge = programme.challenges.find(({ id }) => id === commitment.challenge);
    const window = challenge ? windowIndex(challenge, commitment.window) : -1;
    const stay = challenge && window >= 0 ? ask(pool, programme.policy, challenge).stays[window]! : null;
    for (const id of new Set(Object.values(commitment.seats ?? {}))) {
      const p = id === null ? undefined : pool.find(id);
      if (p !== undefined)
        pool.place(p, {
          challenge: commitment.challenge,
          dates: stay && { first: stay.first, last: stay.last },
        });
    }
  }
  return pool;
}

/** What is fixed for one challenge. */
export function pinsOf(programme: Programme, challenge: Challenge, pool: Pool): Pins {
  const commitment = merged(programme.commitments).find((other) => other.challenge === challenge.id);
  const window = windowIndex(challenge, commitment?.window);
  const seats = new Map<number, number>();
  challenge.seats.forEach(({ id }, s) => {
    if (!commitment?.seats || !Object.hasOwn(commitment.seats, id)) return;
    const peer = commitment.seats[id] ?? null;
    seats.set(s, peer === null ? NONE : (pool.find(peer) ?? NONE));
  });
  return window >= 0 ? { window, seats } : { seats };
}

/** Commitments to one challenge taken together, in the order first met. */
function merged(commitments: readonly Commitment[]): Commitment[] {
  const byChallenge = new Map<string, Commitment>();
  for (const commitment of commitments) {
    const known = byChallenge.get(commitment.challenge);
    byChallenge.set(commitment.challenge, {
      ...known,
      ...commitment,
      seats: Object.assign(
        Object.create(null) as Record<string, string | null>,
        known?.seats,
        commitment.seats,
      ),
    });
  }
  return [...byChallenge.values()];
}

/** The place of a window among those of a challenge, -1 where it is not named or not there. */
export function windowIndex(challenge: Challenge, id: string | undefined): number {
  return id === undefined ? -1 : challenge.windows.findIndex((window) => window.id === id);
}
