import { amount, councilType, signed, upperFirst, withinSentence } from '../../english/words.js';
import { KM_IN_A_MILE } from '../rules/score.js';
import type { Bar } from '../rules/rules.js';
import type {
  Accreditable,
  Blocked,
  Change,
  NextBest,
  Part,
  Relaxation,
  SeatReason,
  Sketch,
  TeamReasons,
} from './reason.js';

/** How positions and skills are called: by their names for people, by their ids in files. */
export interface Names {
  position: (id: string) => string;
  skill: (id: string) => string;
  /** A window by its days; where it is absent, one is "one of the windows". */
  window?: (id: string) => string;
}

/** Files and the command line know ids only. */
export const IDS: Names = { position: (id) => id, skill: (id) => id };

/** The sentences of a team: one for each seat, then one for the team where it gains or loses as a whole. */
export function teamSentences(reasons: TeamReasons, names: Names = IDS): string[] {
  const whole = teamSentence(reasons);
  return [...reasons.seats.map((reason) => seatSentence(reason, names)), ...(whole ? [whole] : [])];
}

/** What the team as a whole gains and loses; null where that is nothing. */
export function teamSentence({ team, said }: TeamReasons): string | null {
  if (said !== undefined) return said;
  return team.length === 0 ? null : `Team: ${team.map((part) => partWords(part, IDS)).join(', ')}.`;
}

/** Why a peer sits in a seat, after the seat's id. */
export const seatSentence = (reason: SeatReason, names: Names = IDS): string =>
  reason.said ?? `${reason.seat}: ${why(reason, names)}`;

/** The same where the seat stands above it, so that the sentence begins with a capital. */
export const whyWords = (reason: SeatReason, names: Names): string =>
  reason.said ?? upperFirst(why(reason, names));

function why({ who, gains, costs, next }: SeatReason, names: Names): string {
  if (!who) return 'left empty.';
  const inWords = (parts: Part[]): string => parts.map((part) => partWords(part, names)).join(', ');
  const about = [
    ...[placeWords(who, names), who.reviews === 0 ? 'first challenge' : earlier(who.reviews)],
    ...who.skills.map(({ skill, level }) => `${withinSentence(names.skill(skill))} ${String(level)}`),
  ];
  return [
    `${about.join(', ')}. For: ${inWords(gains) || 'nothing'}.`,
    ...(costs.length > 0 ? [`Cost: ${inWords(costs)}.`] : []),
    ...(next ? [nextWords(next, names)] : []),
  ].join(' ');
}

const earlier = (reviews: number): string => amount(reviews, 'earlier challenge');

/** "chief executive, district, South East" */
function placeWords({ position, home }: Sketch, names: Names): string {
  const from = home ? `${councilType(home.type)}, ${home.region}` : 'from outside local government';
  return `${withinSentence(names.position(position))}, ${from}`;
}

function nextWords({ who, loss }: NextBest, names: Names): string {
  const points = amount(Math.abs(loss), 'point');
  const change = loss === 0 ? 'worth as much' : `${points} ${loss > 0 ? 'less' : 'more'}`;
  return who
    ? `Next best: ${placeWords(who, names)}, ${change}.`
    : `Without: nobody else in this team and these dates, ${change}.`;
}

const TERMS: Record<string, (part: Part, names: Names) => string> = {
  base: () => 'a place filled',
  sameType: ({ type }) => `council of the same type, ${councilType(type ?? '')}`,
  populationWithin1_5: () => 'council of about the same size',
  populationWithin2_5: () => 'council of comparable size',
  ruralMax: () => 'council about as rural',
  depthMax: () => 'depth of skill',
  rating: ({ rating }) => `rating ${String(rating)}`,
  distanceMax: ({ km = 0 }) => `${amount(Math.round(km / KM_IN_A_MILE), 'mile')} to travel`,
  recent: ({ recent }) => `${String(recent)} in the last twelve months`,
  sameRegion: () => 'same region as the council',
  repeat: () => 'one of the challenges of the year',
  unfilled: ({ seat }) => `${seat ?? 'a seat'} empty`,
  extraRegion: () => 'several regions',
  extraNovice: () => 'more than one first-timer',
  missingExperienced: () => 'too few experienced peers',
  uncovered: ({ skill }, names) =>
    `${skill ? withinSentence(names.skill(skill)) : 'a skill'} held by too few`,
  penalty: () => 'the window is not the best one',
};

/** A term of the score in words, with its points: "rating 9 (+9)". */
const partWords = (part: Part, names: Names): string =>
  `${TERMS[part.term]?.(part, names) ?? part.term} (${signed(part.points)})`;

/** What stops one peer. */
export const BAR_WORDS: Record<Bar, string> = {
  position: 'does not hold the position',
  party: 'of the wrong party for this seat',
  skill: 'lacks the skill that the seat asks',
  ownCouncil: 'from the council itself, or a body joined to it',
  neighbour: 'from a neighbour of the council',
  conflict: 'has a link with the council',
  excluded: 'not accredited, or not to be asked for this one',
  unavailable: 'not free on every day',
  caps: 'has given as much as agreed, needs the rest, or serves elsewhere then',
  sameTeam: 'from the same council as another of the team, or one joined to it',
};

const OF_MANY: Record<Bar, string> = {
  position: 'hold other positions',
  party: 'are of the wrong party for this seat',
  skill: 'lack the skill that the seat asks',
  ownCouncil: 'are from the council itself, or a body joined to it',
  neighbour: 'are from a neighbour of the council',
  conflict: 'have a link with the council',
  excluded: 'are not accredited, or not to be asked for this one',
  unavailable: 'are not free on every day',
  caps: 'have given as much as agreed, need the rest, or serve elsewhere then',
  sameTeam: 'are from the same council as another of the team, or one joined to it',
};

/** Where those fell who cannot hold a seat: "19 are from a neighbour of the council". */
export const fallWords = (falls: Blocked['falls']): string[] =>
  falls
    .filter(({ peers }) => peers > 0)
    .map(({ bar, peers }) => (peers === 1 ? `1: ${BAR_WORDS[bar]}` : amount(peers, '', OF_MANY[bar])));

/** "12 hold the post and the skill and are free, but none of them is accredited for the housing review." */
export const accreditWords = ({ peers }: Pick<Accreditable, 'peers'>, kind: string): string =>
  peers === 1
    ? `1 holds the post and the skill and is free, but is not accredited for the ${withinSentence(kind)}.`
    : `${amount(peers, '', 'hold')} the post and the skill and are free, but none of them is accredited for the ${withinSentence(kind)}.`;

/** What would fill a seat, as people say it: "finance 3 instead of 4, and head of service allowed too". */
export const relaxationWords = ({ changes }: Pick<Relaxation, 'changes'>, names: Names): string =>
  changes.map((change) => changeWords(change, names)).join(', and ');

function changeWords(change: Change, names: Names): string {
  if (change.change === 'position') return `${withinSentence(names.position(change.position))} allowed too`;
  if (change.change === 'party') return 'any party';
  if (change.change === 'said') return change.words;
  const [from, to] = [String(change.from), String(change.to)];
  if (change.change === 'window')
    return `${names.window?.(change.window) ?? 'one of the windows'} with ${to} days instead of ${from}`;
  const skill = withinSentence(names.skill(change.skill));
  return change.to === 0 ? `without ${skill}` : `${skill} ${to} instead of ${from}`;
}

/** The same as a file of `teams@1` or `plan@1` holds it: "finance level 4 → 3 and any party". */
export const relaxationInFile = ({ changes }: Pick<Relaxation, 'changes'>): string =>
  changes.map(changeInFile).join(' and ');

function changeInFile(change: Change): string {
  if (change.change === 'position') return `position ${change.position} too`;
  if (change.change === 'party') return 'any party';
  if (change.change === 'said') return change.words;
  const [from, to] = [String(change.from), String(change.to)];
  if (change.change === 'window') return `window ${change.window} one day shorter, ${from} → ${to}`;
  return `${change.skill} level ${from} → ${change.to === 0 ? 'none' : to}`;
}
