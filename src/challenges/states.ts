import { conflict } from '../web/problems.js';
import { nextState, stateWords, type NextStates } from '../web/states.js';

export const CHALLENGE_STATES = [
  'enquiry',
  'scoped',
  'team_proposed',
  'team_agreed',
  'inviting',
  'confirmed',
  'on_site',
  'reporting',
  'report_published',
  'action_plan_published',
  'review_due',
  'reviewed',
  'closed',
  'postponed',
  'cancelled',
  'stood_down',
] as const;
export type ChallengeState = (typeof CHALLENGE_STATES)[number];

/** As people say them. */
export const STATE_NAMES: Record<ChallengeState, string> = {
  enquiry: 'Enquiry',
  scoped: 'Scoped',
  team_proposed: 'Team proposed',
  team_agreed: 'Team agreed',
  inviting: 'Inviting',
  confirmed: 'Confirmed',
  on_site: 'On site',
  reporting: 'Reporting',
  report_published: 'Report published',
  action_plan_published: 'Action plan published',
  review_due: 'Progress review due',
  reviewed: 'Reviewed',
  closed: 'Closed',
  postponed: 'Postponed',
  cancelled: 'Cancelled',
  stood_down: 'Stood down',
};

/** While what is asked for may still change. */
export const SHAPING: readonly ChallengeState[] = ['enquiry', 'scoped', 'team_proposed', 'postponed'];

/** While the whole visit is still to come. */
export const BEFORE_ON_SITE: readonly ChallengeState[] = [...SHAPING, 'team_agreed', 'inviting', 'confirmed'];

/** Why what is asked for cannot be changed in a state; empty where it can. */
export function whyFixed(state: ChallengeState): string {
  if (SHAPING.includes(state)) return '';
  return BEFORE_ON_SITE.includes(state)
    ? 'A team is agreed, so the scope stands. Postpone the challenge to change it.'
    : 'The challenge is past this, so its scope stands.';
}

/** What ends a challenge early; a visit that took place cannot be postponed any more. */
const ENDING: readonly ChallengeState[] = ['cancelled', 'stood_down'];
const LEAVING: readonly ChallengeState[] = ['postponed', ...ENDING];

/** What may follow what. From every live state a challenge may also be cancelled or stood down, before its visit postponed. */
const NEXT: NextStates<ChallengeState> = {
  enquiry: ['scoped', ...LEAVING],
  scoped: ['team_proposed', ...LEAVING],
  team_proposed: ['scoped', 'team_proposed', 'team_agreed', ...LEAVING],
  team_agreed: ['scoped', 'team_proposed', 'team_agreed', 'inviting', ...LEAVING],
  inviting: ['team_agreed', 'inviting', 'confirmed', ...LEAVING],
  confirmed: ['inviting', 'on_site', ...LEAVING],
  on_site: ['reporting', ...LEAVING],
  reporting: ['report_published', 'closed', ...ENDING],
  report_published: ['action_plan_published', 'closed', ...ENDING],
  action_plan_published: ['review_due', 'reviewed', 'closed', ...ENDING],
  review_due: ['reviewed', 'closed', ...ENDING],
  reviewed: ['closed', ...ENDING],
  closed: [],
  postponed: ['scoped', 'team_proposed', 'cancelled', 'stood_down'],
  cancelled: [],
  stood_down: [],
};

/** States after the visit on site. */
export const DELIVERED: readonly ChallengeState[] = [
  'reporting',
  'report_published',
  'action_plan_published',
  'review_due',
  'reviewed',
  'closed',
];

/** Nothing comes after these. In SQL, these lists are the columns of the view challenge_states. */
export const ENDED: readonly ChallengeState[] = ['closed', ...ENDING];

/** Whether anything is still to be done. */
export const isOpen = (state: ChallengeState): boolean => !ENDED.includes(state);

/** Whether its days stand, or are looked for: it is not put off, nor ended early. */
export const isLive = (state: ChallengeState): boolean => !LEAVING.includes(state);

/** Whether its team and days are certain, or were. */
export const isConfirmed = (state: ChallengeState): boolean =>
  state === 'confirmed' || state === 'on_site' || isDelivered(state);

/** Whether the visit on site has taken place. */
export const isDelivered = (state: ChallengeState): boolean => DELIVERED.includes(state);

export const nextStates = (state: ChallengeState): readonly ChallengeState[] => NEXT[state];

/** Throws a 409 that says what is possible now. */
export const stepTo = (from: ChallengeState, to: ChallengeState): ChallengeState =>
  nextState('The challenge', NEXT, from, to);

/** Throws a 409 unless the challenge is in one of the states. */
export function requireState(state: ChallengeState, allowed: readonly ChallengeState[], what: string): void {
  if (!allowed.includes(state))
    throw conflict(
      'wrong-state',
      `The challenge is ${stateWords(state)}; ${what} is possible while it is ${allowed.map(stateWords).join(', ')}.`,
    );
}
