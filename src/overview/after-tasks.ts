import type { Challenge } from '../challenges/challenge.entity.js';
import { isDelivered } from '../challenges/states.js';
import type { ClockStep } from '../visits/clock.js';
import type { StepId } from '../visits/steps.js';
import { paths } from '../web/paths.js';
import type { FollowUpFacts } from './follow-up-facts.js';
import type { Task, TaskState } from './tasks.js';

/** The steps from confirmed to closed, with those that are to be done now. */
export function afterTasks(challenge: Challenge, facts: FollowUpFacts, clock: ClockStep[]): Task[] {
  const { id, state } = challenge;
  if (state !== 'confirmed' && state !== 'on_site' && !isDelivered(state)) return [];
  const begun = state !== 'confirmed';
  const ended = isDelivered(state);
  const open = state !== 'closed';
  const has = (step: StepId): boolean => clock.some((one) => one.id === step);
  const isDone = (step: StepId): boolean => clock.some((one) => one.id === step && one.state === 'done');
  const when = (isReady: boolean, done: boolean): TaskState =>
    done ? 'done' : isReady && open ? 'now' : 'later';
  const tasks: (Task | false)[] = [
    !ended && {
      title: 'Make the timetable',
      href: paths.timetable(id),
      state: when(true, facts.sessions > 0),
      hint: facts.sessions > 0 ? `${String(facts.sessions)} sessions` : 'sessions, rooms, and who goes where',
    },
    begun && attendanceTask(id, facts, when),
    (ended || begun) && {
      title: 'Reports and documents',
      href: paths.documents(id),
      state: facts.openDraft ? 'waiting' : when(ended, isDone('report') && (!has('plan') || isDone('plan'))),
      hint: reportHint(facts, isDone('report'), has('plan') && !isDone('plan'), has('draft')),
    },
    begun && recommendationTask(id, facts, when),
    ended && feedbackTask(id, facts, when),
    ended &&
      has('review') &&
      reviewTask(
        id,
        facts,
        when(isDone('plan') || state === 'review_due', isDone('review') || facts.followUps.length > 0),
      ),
  ];
  return tasks.filter((task) => task !== false);
}

type When = (isReady: boolean, done: boolean) => TaskState;

const attendanceTask = (id: string, { written, onSite }: FollowUpFacts, when: When): Task => ({
  title: 'Write down who was there',
  href: paths.attendance(id),
  state: when(true, onSite > 0 && written === onSite),
  hint: `${String(written)} of ${String(onSite)}`,
});

const feedbackTask = (id: string, { rated, team, answered, forms }: FollowUpFacts, when: When): Task => ({
  title: 'Rate the peers, read the feedback',
  href: paths.feedback(id),
  state: when(true, team > 0 && rated >= team),
  hint: `${String(rated)} of ${String(team)} rated, ${String(answered)} of ${String(forms)} forms answered`,
});

const reviewTask = (id: string, { followUps }: FollowUpFacts, state: TaskState): Task => ({
  title: 'Arrange the progress review',
  href: paths.followUp(id),
  state,
  hint: followUps.length > 0 ? 'arranged, see below' : 'with the first team, all or some of it',
});

function recommendationTask(id: string, { recommendations, unanswered }: FollowUpFacts, when: When): Task {
  const answered = recommendations > 0 && unanswered === 0;
  return {
    title: 'Recommendations',
    href: paths.recommendations(id),
    state: recommendations > 0 && unanswered > 0 ? 'waiting' : when(true, answered),
    hint:
      recommendations === 0
        ? 'none worded yet'
        : `${String(recommendations - unanswered)} of ${String(recommendations)} answered by the council`,
  };
}

function reportHint(
  { openDraft, drafts }: FollowUpFacts,
  published: boolean,
  planMissing: boolean,
  draftWanted: boolean,
): string {
  if (openDraft) return 'the draft waits for the council’s answer on its facts';
  if (published) return planMissing ? 'the report is published, the action plan is not' : 'published';
  return drafts === 0 && draftWanted ? 'no draft yet' : 'not published yet';
}
