import { NONE } from '../problem/pool.js';
import type { Commitment, Programme } from '../problem/programme.js';
import { ask } from '../problem/question.js';
import { pinsOf, poolOf, windowIndex } from '../rules/commitments.js';
import { pinsFit } from '../rules/pins.js';
import { barsMet, mayServeTogether } from '../rules/rules.js';
import { describe, type Fault } from './reader.js';

/** Faults of commitments: what they name is not there, two disagree, or one breaks a hard rule. */
export function commitmentFaults(programme: Programme): Fault[] {
  const faults = [...referenceFaults(programme), ...contradictions(programme.commitments)];
  return faults.length > 0 ? faults : brokenRules(programme);
}

function referenceFaults(programme: Programme): Fault[] {
  const faults: Fault[] = [];
  const peers = new Set(programme.peers.map(({ id }) => id));
  const challenges = new Map(programme.challenges.map((challenge) => [challenge.id, challenge]));
  programme.commitments.forEach((commitment, index) => {
    const path = `commitments[${String(index)}]`;
    const challenge = challenges.get(commitment.challenge);
    if (!challenge) {
      faults.push({
        path: `${path}.challenge`,
        found: describe(commitment.challenge),
        allowed: 'the id of a challenge in this file',
      });
      return;
    }
    if (commitment.window !== undefined && windowIndex(challenge, commitment.window) < 0) {
      const allowed =
        challenge.windows.map(({ id }) => id).join(', ') || 'nothing: the challenge has no window';
      faults.push({ path: `${path}.window`, found: describe(commitment.window), allowed });
    }
    for (const [seat, peer] of Object.entries(commitment.seats ?? {})) {
      const known = challenge.seats.map(({ id }) => id);
      if (!known.includes(seat))
        faults.push({ path: `${path}.seats`, found: describe(seat), allowed: known.join(', ') });
      if (peer !== null && !peers.has(peer)) {
        faults.push({
          path: `${path}.seats.${seat}`,
          found: describe(peer),
          allowed: 'the id of a peer in this file, or null for an empty seat',
        });
      }
    }
  });
  return faults;
}

function contradictions(commitments: readonly Commitment[]): Fault[] {
  const faults: Fault[] = [];
  const first = new Map<string, Commitment>();
  commitments.forEach((commitment, index) => {
    const path = `commitments[${String(index)}]`;
    const known = first.get(commitment.challenge);
    if (!known) {
      first.set(commitment.challenge, commitment);
      return;
    }
    if (known.window !== undefined && commitment.window !== undefined && known.window !== commitment.window) {
      faults.push({
        path: `${path}.window`,
        found: describe(commitment.window),
        allowed: `${describe(known.window)}, as committed before`,
      });
    }
    for (const [seat, peer] of Object.entries(commitment.seats ?? {})) {
      const before = known.seats && Object.hasOwn(known.seats, seat) ? known.seats[seat] : undefined;
      if (before !== undefined && before !== peer) {
        faults.push({
          path: `${path}.seats.${seat}`,
          found: describe(peer),
          allowed: `${describe(before)}, as committed before`,
        });
      }
    }
  });
  return faults;
}

function brokenRules(programme: Programme): Fault[] {
  const pool = poolOf(programme);
  const faults: Fault[] = [];
  for (const challenge of programme.challenges) {
    const index = programme.commitments.findIndex((commitment) => commitment.challenge === challenge.id);
    if (index < 0) continue;
    const pins = pinsOf(programme, challenge, pool);
    const question = ask(pool, programme.policy, challenge);
    const held = [...pins.seats].filter(([, p]) => p !== NONE);
    const path = `commitments[${String(index)}]`;
    const before = faults.length;
    for (const [s, p] of held) {
      const seat = challenge.seats[s]!;
      const met = barsMet(question, seat, p, pins.window === undefined ? null : question.stays[pins.window]!);
      const clash = held.some(([other, q]) => other !== s && !mayServeTogether(pool, p, q));
      const bars = [...met, ...(clash ? ['sameTeam'] : [])];
      if (bars.length > 0) {
        faults.push({
          path: `${path}.seats.${seat.id}`,
          found: `${describe(pool.peers[p]!.id)}, who meets the bar ${bars.join(', ')}`,
          allowed: 'a peer who meets no hard rule',
        });
      }
    }
    if (faults.length === before && held.length > 0 && !pinsFit(question, pins)) {
      faults.push({
        path,
        found: 'peers who cannot all serve in any window of the challenge',
        allowed: 'peers who are free together in one window',
      });
    }
  }
  return faults;
}
