import { NONE, levelIn } from '../problem/pool.js';
import type { Question } from '../problem/question.js';
import { distanceKm, seatTerms, teamTerms, termsOf, total, type Team, type Term } from '../rules/score.js';
import { bestTeams } from '../teams/teams.js';

/** Why a peer sits in a seat, for one reader: what speaks for them and what it costs, in plain words. No names, no ids. */
export function seatReason(question: Question, seatIndex: number, p: number): string {
  const { pool, challenge } = question;
  const peer = pool.peers[p]!;
  const seat = challenge.seats[seatIndex]!;
  const held = seat.positions.find((position) => peer.positions.includes(position));
  const home = pool.council[p]!;
  const skills = [...new Set([...Object.keys(seat.skills), ...challenge.coverage.map(({ skill }) => skill)])]
    .map((skill) => ({ skill, level: levelIn(peer.skills, skill) }))
    .filter(({ level }) => level > 0)
    .map(({ skill, level }) => `${skill} ${String(level)}`);
  const about = [
    held,
    home === NONE ? 'from outside local government' : `${pool.councils[home]!.type.replace('_', ' ')}, ${pool.councils[home]!.region}`,
    peer.reviews === 0 ? 'first challenge' : `${String(peer.reviews)} earlier ${peer.reviews === 1 ? 'challenge' : 'challenges'}`,
    ...skills,
  ];
  const terms = seatTerms(question, seatIndex, p).filter(({ points }) => points !== 0);
  const gains = terms.filter(({ points }) => points > 0).map((term) => inWords(question, term, p));
  const costs = terms.filter(({ points }) => points < 0).map((term) => inWords(question, term, p));
  return `${seat.id}: ${about.join(', ')}. For: ${gains.join(', ') || 'nothing'}.${costs.length > 0 ? ` Cost: ${costs.join(', ')}.` : ''}`;
}

/** In pools larger than this, the next best of each seat is not looked for. */
const MOST_FOR_NEXT = 50_000;

/**
 * The reasons of a whole team: for each seat why this peer and what the next best would change, then what the team as a whole
 * gains and loses.
 */
export function teamReasons(question: Question, team: Team, window: number): string[] {
  const { challenge, pool } = question;
  const penalty = question.stays[window]?.penalty ?? 0;
  const seats = challenge.seats.map((seat, s) => {
    if (team[s] === NONE) return `${seat.id}: left empty.`;
    const next = pool.size <= MOST_FOR_NEXT ? ` ${nextReason(question, team, window, s)}` : '';
    return `${seatReason(question, s, team[s]!)}${next}`;
  });
  const whole = teamTerms(question, team, penalty).filter(({ points }) => points !== 0);
  return whole.length === 0 ? seats : [...seats, `Team: ${whole.map((term) => inWords(question, term, NONE)).join(', ')}.`];
}

/** Who would take a seat if its peer could not, the rest of the team and the dates staying, and what that would cost. */
export function nextBest(question: Question, team: Team, window: number, s: number): { p: number; loss: number } | null {
  const without = { ...question, excluded: new Set([...question.excluded, team[s]!]) };
  const others = new Map(team.flatMap((p, other): [number, number][] => (other === s ? [] : [[other, p]])));
  const [next] = bestTeams(without, 1, { window, seats: others });
  if (!next) return null;
  const penalty = question.stays[window]?.penalty ?? 0;
  return { p: next.team[s]!, loss: total(termsOf(question, team, penalty)) - next.score };
}

function nextReason(question: Question, team: Team, window: number, s: number): string {
  const next = nextBest(question, team, window, s);
  if (!next) return '';
  const { pool, challenge } = question;
  const points = String(Math.abs(next.loss));
  const change = next.loss === 0 ? 'worth as much' : next.loss > 0 ? `${points} points less` : `${points} points more`;
  if (next.p === NONE) return `Without: nobody else in this team and these dates, ${change}.`;
  const peer = pool.peers[next.p]!;
  const home = pool.council[next.p]!;
  const held = challenge.seats[s]!.positions.find((position) => peer.positions.includes(position)) ?? '';
  const from =
    home === NONE ? 'from outside local government' : `${pool.councils[home]!.type.replace('_', ' ')}, ${pool.councils[home]!.region}`;
  return `Next best: ${held}, ${from}, ${change}.`;
}

function inWords(question: Question, term: Term, p: number): string {
  const points = `${term.points > 0 ? '+' : '−'}${String(Math.abs(term.points))}`;
  return `${WORDS[term.term]?.(question, p, term) ?? term.term} (${points})`;
}

const WORDS: Record<string, (question: Question, p: number, term: Term) => string> = {
  base: () => 'a place filled',
  sameType: ({ pool, council }) => `council of the same type, ${pool.councils[council]!.type.replace('_', ' ')}`,
  populationWithin1_5: () => 'council of about the same size',
  populationWithin2_5: () => 'council of comparable size',
  ruralMax: () => 'council about as rural',
  depthMax: () => 'depth of skill',
  rating: ({ pool }, p) => `rating ${String(pool.peers[p]!.rating)}`,
  distanceMax: ({ pool, council }, p) => {
    const home = pool.council[p]!;
    return `${String(Math.round(distanceKm(pool.councils[council]!, pool.councils[home]!)))} km to travel`;
  },
  recent: ({ pool }, p) => `${String(pool.peers[p]!.recent)} in the last twelve months`,
  sameRegion: () => 'same region as the council',
  repeat: () => 'one of the challenges of the year',
  unfilled: (_question, _p, { seat }) => `${seat ?? 'a seat'} empty`,
  extraRegion: () => 'several regions',
  extraNovice: () => 'more than one first-timer',
  missingExperienced: () => 'too few experienced peers',
  uncovered: (_question, _p, { skill }) => `${skill ?? 'a skill'} held by too few`,
  penalty: () => 'the window is not the best one',
};
