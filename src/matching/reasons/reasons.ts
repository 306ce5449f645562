import { NONE, levelIn } from '../problem/pool.js';
import type { Question } from '../problem/question.js';
import { distanceKm, seatTerms, teamTerms, termsOf, total, type Team, type Term } from '../rules/score.js';
import { bestTeams } from '../teams/teams.js';
import type { NextBest, Part, SeatReason, Sketch, TeamReasons } from './reason.js';

/** In pools larger than this, the next best of each seat is not looked for. */
const MOST_FOR_NEXT = 50_000;

/** The reasons of a whole team in one of the windows, for words to be made of. */
export function teamReasons(question: Question, team: Team, window: number): TeamReasons {
  const { challenge, pool } = question;
  const penalty = question.stays[window]?.penalty ?? 0;
  const seats = challenge.seats.map(({ id }, s): SeatReason => {
    if (team[s] === NONE) return { seat: id, who: null, gains: [], costs: [], next: null };
    const next = pool.size <= MOST_FOR_NEXT ? nextOf(question, team, window, s) : null;
    return { ...seatReason(question, s, team[s]!), next };
  });
  const whole = teamTerms(question, team, penalty).filter(({ points }) => points !== 0);
  return { seats, team: whole };
}

/** Why a peer sits in a seat, the rest of the team aside. */
export function seatReason(question: Question, s: number, p: number): SeatReason {
  const parts = seatTerms(question, s, p)
    .filter(({ points }) => points !== 0)
    .map((term) => partOf(question, term, p));
  return {
    seat: question.challenge.seats[s]!.id,
    who: sketch(question, s, p),
    gains: parts.filter(({ points }) => points > 0),
    costs: parts.filter(({ points }) => points < 0),
    next: null,
  };
}

/** Who would take a seat if its peer could not, the rest of the team and the dates staying, and what that would cost. */
export function nextBest(
  question: Question,
  team: Team,
  window: number,
  s: number,
): { p: number; loss: number } | null {
  const without = { ...question, excluded: new Set([...question.excluded, team[s]!]) };
  const others = new Map(team.flatMap((p, other): [number, number][] => (other === s ? [] : [[other, p]])));
  const [next] = bestTeams(without, 1, { window, seats: others });
  if (!next) return null;
  const penalty = question.stays[window]?.penalty ?? 0;
  return { p: next.team[s]!, loss: total(termsOf(question, team, penalty)) - next.score };
}

function nextOf(question: Question, team: Team, window: number, s: number): NextBest | null {
  const next = nextBest(question, team, window, s);
  return next && { who: next.p === NONE ? null : sketch(question, s, next.p), loss: next.loss };
}

function sketch({ pool, challenge }: Question, s: number, p: number): Sketch {
  const peer = pool.peers[p]!;
  const seat = challenge.seats[s]!;
  const home = pool.councils[pool.council[p]!];
  const asked = new Set([...Object.keys(seat.skills), ...challenge.coverage.map(({ skill }) => skill)]);
  return {
    position: seat.positions.find((position) => peer.positions.includes(position)) ?? '',
    home: home && home.type !== null ? { type: home.type, region: home.region } : null,
    reviews: peer.reviews,
    skills: [...asked]
      .map((skill) => ({ skill, level: levelIn(peer.skills, skill) }))
      .filter(({ level }) => level > 0),
  };
}

/** A term of a seat with the facts that its words need. */
function partOf({ pool, council }: Question, term: Term, p: number): Part {
  const [host, home, peer] = [pool.councils[council]!, pool.councils[pool.council[p]!], pool.peers[p]!];
  const areCouncils = host.type !== null && home !== undefined && home.type !== null;
  if (term.term === 'sameType' && areCouncils) return { ...term, type: host.type };
  if (term.term === 'distanceMax' && areCouncils) return { ...term, km: Math.round(distanceKm(host, home)) };
  if (term.term === 'rating') return { ...term, rating: peer.rating };
  if (term.term === 'recent') return { ...term, recent: peer.recent };
  return term;
}
