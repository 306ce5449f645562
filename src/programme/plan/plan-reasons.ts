import { amount, listAnd, listOr, upperFirst } from '../../english/words.js';
import { sayMonth } from '../../calendar/phrases.js';
import type { Words } from '../../kinds/words.js';
import { seatWords } from '../../kinds/seats.js';
import type { PlanAnswer } from '../../matching/files/plan-answer.js';
import { accreditWords, fallWords, relaxationWords } from '../../matching/reasons/words.js';
import { skillsOf } from '../pool/pool-words.js';
import { seatsWords } from './plan-calendar.js';
import type { PlanView } from './plans.dto.js';
import type { PlanNames } from './plans.views.js';

const SHOWN_MENDS = 3;
const SHOWN_RECRUITS = 8;

type Named = Words & { names: PlanNames };
type Blocked = PlanView['blocked'][number];

/** A seat that stays empty, with what would help in the order of what helps most. */
export interface EmptySeat {
  challengeId: string;
  council: string;
  seat: string;
  /** The first thing to do: accredit somebody who is there, before anybody is recruited. */
  help: string[];
  /** What keeps the peers of the pool out. */
  falls: string[];
}

/** The seats that stay empty, with why and what next. */
export const emptySeats = (view: PlanView, plan: PlanAnswer, words: Named): EmptySeat[] =>
  view.blocked.map((seat, index) => ({
    challengeId: seat.challengeId,
    council: seat.council,
    seat: seatWords(seat.seat),
    help: [accrediting(seat, words), changing(plan.blocked[index], words), rivals(seat)].filter(
      (one) => one !== '',
    ),
    falls: fallWords(plan.blocked[index]?.falls ?? []),
  }));

/** Whom only the accreditation keeps from a seat; empty where there is nobody. */
function accrediting({ challengeId, accredit }: Blocked, { kind, names }: Named): string {
  if (!accredit) return '';
  const best = accredit.best.flatMap((id) => names.peer(id) ?? []);
  const first = best.length > 0 ? `Accredit ${listOr(best)}: ` : '';
  return `${first}${accreditWords(accredit, kind(names.kind(challengeId)))}`;
}

function changing(why: PlanAnswer['blocked'][number] | undefined, words: Named): string {
  const mends = (why?.relaxations ?? []).map(
    (one) => `${relaxationWords(one, words)} (${amount(one.peers, 'peer')})`,
  );
  if (mends.length === 0) return '';
  const more = mends.length > SHOWN_MENDS ? [`${String(mends.length - SHOWN_MENDS)} more`] : [];
  return `Or ask for less: ${[...mends.slice(0, SHOWN_MENDS), ...more].join('; ')}.`;
}

const rivals = ({ competesWith }: Blocked): string =>
  competesWith.length === 0
    ? ''
    : `Who could sit here is wanted elsewhere too: ${listAnd(competesWith.map(({ council }) => council))}.`;

/** Why a challenge has no place: the empty seats of its best team, or that none is worth its price. */
export const unplacedWords = (challengeId: string, empty: readonly EmptySeat[]): string => {
  const seats = empty.filter((one) => one.challengeId === challengeId).map(({ seat }) => seat);
  return seats.length > 0
    ? `nobody is there for the ${listAnd(seats)}`
    : 'no team in any of its windows is worth what it takes from the others';
};

/** Whom to recruit for one gap; whoever fills it is an alternative to the others. */
export interface RecruitLine {
  /** What it would unlock: "Rugby (finance officer)". */
  unlocks: string;
  worth: string;
  /** The alternatives, each in words. */
  who: string[];
}

/** Whom to recruit, those who would fill the same seats in one line, the most worth first. */
export function recruitLines(
  wishes: readonly (PlanView['recruit'][number] & {
    unlocked: readonly { council: string; seat: string }[];
  })[],
  words: Words,
  seatWorth: number,
): RecruitLine[] {
  const groups = new Map<string, { gain: number; line: RecruitLine }>();
  for (const wish of wishes.filter(({ unlocked }) => unlocked.length > 0)) {
    const unlocks = listAnd(wish.unlocked.map(({ council, seat }) => `${council} (${seatWords(seat)})`));
    const known = groups.get(unlocks) ?? {
      gain: wish.gain,
      line: { unlocks, worth: seatsWords(wish.gain, seatWorth), who: [] },
    };
    known.line.who.push(whoWords(wish, words));
    groups.set(unlocks, known);
  }
  return [...groups.values()]
    .sort((a, b) => b.gain - a.gain)
    .slice(0, SHOWN_RECRUITS)
    .map(({ line }) => ({ ...line, who: [...new Set(line.who)] }));
}

function whoWords(
  { positions, party, skills, region, month }: PlanView['recruit'][number],
  words: Words,
): string {
  const skilled = skillsOf(skills, words);
  const parts = [
    positions.map(words.position).join(' or '),
    ...(party ? [party] : []),
    ...(skilled ? [skilled] : []),
  ];
  return `${upperFirst(parts.join(', '))}, near ${region}, free in ${sayMonth(`${month}-01`)}`;
}
