import { addDays, addMonths, type CivilDate } from '../calendar/dates.js';
import { sayMonth } from '../calendar/phrases.js';
import type { Challenge } from '../challenges/challenge.entity.js';
import { CHALLENGE_STATES, type ChallengeState } from '../challenges/states.js';
import type { Kind } from '../policy/content.js';
import type { ChallengeFacts } from './challenge-facts.js';

/** A step of the clock as its readers see it. */
export interface ClockStep {
  title: string;
  when: CivilDate | null;
  /** In words, where the day is not fixed. */
  about: string | null;
  owner: string;
  state: 'done' | 'now' | 'next' | 'late';
}

interface ClockInput {
  challenge: Pick<Challenge, 'state' | 'firstDay' | 'lastDay'>;
  kind: Kind;
  facts: ChallengeFacts;
  today: CivilDate;
}

/** What happens when, from the kind's policy: before the visit counted from its first day, after it in months from its last. */
export function clockOf({ challenge, kind, facts, today }: ClockInput): ClockStep[] {
  const { firstDay, lastDay } = challenge;
  const reached = (state: ChallengeState): boolean =>
    CHALLENGE_STATES.indexOf(challenge.state) >= CHALLENGE_STATES.indexOf(state) && !isLeft(challenge.state);
  const step = (title: string, owner: string, when: CivilDate | null, done: boolean): ClockStep => ({
    title,
    owner,
    when,
    about: null,
    state: done ? 'done' : when !== null && when < today ? 'late' : 'next',
  });
  const before = (days: number): CivilDate | null => firstDay && addDays(firstDay, -days);
  const after = (months: number): CivilDate | null => lastDay && addMonths(lastDay, months);
  const { clock } = kind;
  const steps = [
    step('Scope agreed', 'adviser, leader and chief executive', null, reached('scoped')),
    step('Team agreed and approved', 'adviser and council', null, facts.approved || reached('inviting')),
    step('Everybody of the team has said yes', 'peers', null, reached('confirmed')),
    step('Papers and position statement to the peers', 'council', before(clock.papersDaysBefore), reached('on_site')),
    step('Call of the team', 'challenge manager', before(clock.teamCallDaysBefore), reached('on_site')),
    step('On site', 'the team', firstDay, reached('reporting')),
    step('Report published', 'council', after(clock.reportMonths), reached('report_published')),
    step('Action plan published', 'council', after(clock.actionPlanMonths), reached('action_plan_published')),
    ...(clock.progressReviewMonths === null ? [] : [review(step, after(clock.progressReviewMonths), reached('reviewed'))]),
  ];
  const current = steps.find(({ state }) => state === 'next');
  if (current && !isLeft(challenge.state)) current.state = 'now';
  return steps;
}

function review(
  step: (title: string, owner: string, when: CivilDate | null, done: boolean) => ClockStep,
  when: CivilDate | null,
  done: boolean,
): ClockStep {
  const made = step('Progress review', 'the team and the council', when, done);
  return when === null || done ? made : { ...made, about: `about ${sayMonth(when)}` };
}

const isLeft = (state: ChallengeState): boolean => state === 'postponed' || state === 'cancelled' || state === 'stood_down';
