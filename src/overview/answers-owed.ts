import { sayDay } from '../calendar/phrases.js';
import type { Challenge } from '../challenges/challenge.entity.js';
import { amount } from '../english/words.js';
import type { ClockStep } from '../visits/clock.js';
import { paths } from '../web/paths.js';
import type { ChallengeFacts } from './challenge-facts.js';

/** Something for a council to do after a visit: what, and where. */
export interface Owed {
  what: string;
  action: string;
  href: string;
}

/** What a council publishes, by the step of the clock. */
const PUBLISHES: Readonly<Record<string, { what: string; action: string }>> = {
  report: { what: 'The report is yours to publish', action: 'Publish the report' },
  plan: { what: 'Your action plan is awaited', action: 'Publish the action plan' },
  review_report: { what: 'The report of the review is yours to publish', action: 'Publish the report' },
};

/** What waits for the council of a challenge once the visit is over, and by when. */
export function answersOwed({
  challenge: { id },
  facts: { openDraft, sentUnanswered },
  clock,
}: {
  challenge: Pick<Challenge, 'id'>;
  facts: Pick<ChallengeFacts, 'openDraft' | 'sentUnanswered'>;
  clock: readonly ClockStep[];
}): Owed[] {
  const owed: Owed[] = [];
  if (openDraft !== null) {
    const until = byWhen(clock.find((step) => step.id === 'accuracy'));
    owed.push({
      what: `The draft report is ready. Please say${until} whether its facts are right`,
      action: 'Answer on the draft',
      href: paths.document(openDraft),
    });
  }
  if (sentUnanswered > 0)
    owed.push({
      what: `${amount(sentUnanswered, 'recommendation')} ${sentUnanswered === 1 ? 'waits' : 'wait'} for your answer`,
      action: 'Answer them',
      href: paths.recommendations(id),
    });
  // While a draft is with the council, that comes first.
  const step = openDraft === null ? clock.find((one) => one.id in PUBLISHES && isDue(one)) : undefined;
  const publishes = step && PUBLISHES[step.id];
  if (publishes)
    owed.push({
      what: `${publishes.what}${byWhen(step)}`,
      action: publishes.action,
      href: paths.documents(id),
    });
  return owed;
}

const isDue = ({ state, owner }: ClockStep): boolean =>
  owner === 'council' && (state === 'now' || state === 'late');

/** " by Friday 1 January 2027"; nothing where no day is known. */
const byWhen = (step: ClockStep | undefined): string => (step?.due ? ` by ${sayDay(step.due)}` : '');
