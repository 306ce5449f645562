import type { Delivered } from './delivered.js';
import { loadReview } from './reviews.js';
import type { EntityManager } from 'typeorm';
import { addDays, datesOf, daysBetween, type CivilDate } from '../calendar/dates.js';
import { Challenge } from '../challenges/challenge.entity.js';
import { CHALLENGE_STATES, type ChallengeState } from '../challenges/states.js';
import { Booking } from '../invitations/booking.entity.js';
import type { Random } from '../matching/problem/random.js';
import { Document } from '../outcomes/document.entity.js';
import { Feedback } from '../outcomes/feedback.entity.js';
import { FEEDBACK_FORMS, type FeedbackForm } from '../outcomes/feedback-forms.js';
import { GoodPractice } from '../outcomes/good-practice.entity.js';
import { Recommendation } from '../outcomes/recommendation.entity.js';
import { SYSTEM } from '../people/access.js';
import type { Proposal } from '../proposals/proposal.entity.js';
import type { GrowingRows } from './teams.js';
import { ChallengeStep } from '../visits/challenge-step.entity.js';
import type { StepId } from '../visits/steps.js';
import { VisitSession } from '../visits/visit-session.entity.js';
import { SIGNED_IN_COUNCIL } from './challenges.js';
import { FOUND_GOOD, RECOMMENDED, SESSIONS } from './texts.js';

/** What has come of a visit by now, as far as the state of the challenge says: steps, documents, recommendations, feedback, its review. */
export async function loadFollowUp(
  tx: EntityManager,
  random: Random,
  delivered: Delivered,
  rows: GrowingRows,
): Promise<void> {
  const { challenge, kind, team, today } = delivered;
  const last = team.lastDay;
  // At the signed-in council the follow-up is still to be done, however long ago the calendar allowed a visit.
  const isFresh = rows.councils.some(
    ({ id, code }) => id === challenge.councilId && code === SIGNED_IN_COUNCIL,
  );
  const age = isFresh ? 1 : daysBetween(last, today);
  const reached = (state: ChallengeState): boolean =>
    CHALLENGE_STATES.indexOf(challenge.state) >= CHALLENGE_STATES.indexOf(state);
  await loadTimetable(tx, challenge, team);
  const done = stepsDone(random, delivered, { age, reached });
  const link = (step: string): string =>
    `https://council.example/${challenge.id.slice(0, 8)}/${step.replace('_', '-')}`;
  const steps = done.flatMap(([step, doneOn]) =>
    doneOn
      ? [{ challengeId: challenge.id, step, doneOn, link: LINKED.includes(step) ? link(step) : null }]
      : [],
  );
  await tx.insert(ChallengeStep, steps);
  await loadDocuments(tx, challenge, new Map(done), link);
  if (reached('report_published')) await loadRecommendations(tx, random, challenge, { today, reached });
  const hasImpact = done.some(([step, on]) => step === 'impact' && on);
  if (age > 5) await loadAnswers(tx, random, challenge, { isPast: age > 20, hasImpact });
  if (!isFresh && random.chance(0.3))
    await tx.insert(GoodPractice, {
      challengeId: challenge.id,
      ...random.pick(FOUND_GOOD),
      ...consent(random, last),
      actor: SYSTEM.id,
    });
  if (kind.clock.progressReviewMonths !== null && reached('reviewed'))
    await loadReview(tx, random, delivered, rows);
}

const LINKED: StepId[] = ['papers', 'draft', 'report', 'plan'];

/** The steps of the clock with the days on which they were done. */
function stepsDone(
  random: Random,
  { kind, team }: Delivered,
  { age, reached }: { age: number; reached: (state: ChallengeState) => boolean },
): [StepId, CivilDate | null][] {
  const day = (earliest: number, latest: number): CivilDate =>
    addDays(team.lastDay, Math.min(random.int(earliest, latest), Math.max(1, age - 1)));
  const report = reached('report_published') ? day(50, 100) : null;
  const plan =
    reached('action_plan_published') && kind.clock.actionPlanMonths !== null ? day(100, 150) : null;
  const draft = report || (age > 24 && random.chance(0.7)) ? day(15, 24) : null;
  return [
    ['papers', addDays(team.firstDay, -random.int(21, 26))],
    ['call', addDays(team.firstDay, -random.int(12, 14))],
    ['draft', draft],
    ['accuracy', report && draft && addDays(draft, random.int(4, 14))],
    ['report', report],
    ['plan', plan],
    ['check_in', kind.clock.checkInMonths !== null && reached('closed') ? day(150, 190) : null],
    [
      'impact',
      kind.clock.impactMonths !== null && (reached('closed') || (age > 165 && random.chance(0.6)))
        ? day(152, 165)
        : null,
    ],
  ];
}

/** The usual sessions of a visit. */
export async function loadTimetable(tx: EntityManager, challenge: Challenge, team: Proposal): Promise<void> {
  const dates = datesOf({ from: team.firstDay, to: team.lastDay });
  await tx.insert(
    VisitSession,
    SESSIONS.flatMap(({ at, ...session }) => {
      const day = at === 'last' ? dates.at(-1) : dates[at];
      return day ? [{ ...session, challengeId: challenge.id, day, seats: [] }] : [];
    }),
  );
}

async function loadDocuments(
  tx: EntityManager,
  { id: challengeId }: Challenge,
  done: Map<StepId, CivilDate | null>,
  link: (step: string) => string,
): Promise<void> {
  const types = [
    ['papers', 'papers'],
    ['draft', 'draft_report'],
    ['report', 'report'],
    ['plan', 'action_plan'],
  ] as const;
  const answered = done.get('accuracy') ?? null;
  await tx.insert(
    Document,
    types.flatMap(([step, type]) => {
      const dated = done.get(step);
      const answer =
        type === 'draft_report' && answered ? { answer: 'accurate' as const, answeredOn: answered } : {};
      return dated
        ? [{ challengeId, type, version: 1, link: link(step), dated, actor: SYSTEM.id, ...answer }]
        : [];
    }),
  );
}

async function loadRecommendations(
  tx: EntityManager,
  random: Random,
  { id: challengeId }: Challenge,
  { today, reached }: { today: CivilDate; reached: (state: ChallengeState) => boolean },
): Promise<void> {
  const count = random.int(7, RECOMMENDED.length);
  const rows = RECOMMENDED.slice(0, count).map((text, index): Partial<Recommendation> => {
    const isAnswered = reached('action_plan_published') || random.chance(0.4);
    const roll = random.next();
    const answer = !isAnswered ? null : roll < 0.75 ? 'accepted' : roll < 0.93 ? 'partly' : 'rejected';
    const isUnderWay = answer !== null && answer !== 'rejected';
    return {
      challengeId,
      number: index + 1,
      text,
      answer,
      answerReason: answer === 'rejected' ? 'this is decided elsewhere, and the decision is recent' : null,
      owner: isUnderWay
        ? random.pick(['chief executive', 'section 151 officer', 'monitoring officer', 'director of place'])
        : null,
      due: isUnderWay ? addDays(today, random.int(-60, 240)) : null,
      councilState: !isUnderWay
        ? 'not_started'
        : reached('reviewed')
          ? random.pick(['under_way', 'done', 'done'])
          : random.pick(['not_started', 'under_way']),
      reviewState: isUnderWay && reached('reviewed') ? random.pick(['under_way', 'done']) : null,
      sentAt: new Date(),
      version: 1,
    };
  });
  await tx.insert(Recommendation, rows);
}

/** Who was there, and what was said of it. */
async function loadAnswers(
  tx: EntityManager,
  random: Random,
  { id: challengeId }: Challenge,
  { isPast, hasImpact }: { isPast: boolean; hasImpact: boolean },
): Promise<void> {
  await tx.query(
    `UPDATE bookings SET attended = ARRAY(SELECT d::date FROM generate_series(first_day, last_day, interval '1 day') d) WHERE challenge_id = $1`,
    [challengeId],
  );
  const team = await tx.find(Booking, { where: { challengeId }, order: { seat: 'ASC' } });
  const said = (form: FeedbackForm, peerId: string | null, chance: number): Partial<Feedback> => {
    const scores = Object.fromEntries(
      Object.keys(FEEDBACK_FORMS[form]).map((question) => [question, random.int(2, 4)]),
    );
    const answered = random.chance(chance);
    return {
      challengeId,
      form,
      peerId,
      scores: answered ? scores : null,
      answeredAt: answered ? new Date() : null,
    };
  };
  if (!isPast) return;
  await tx.insert(Feedback, [
    said('council', null, 0.8),
    ...(hasImpact ? [said('impact', null, 1)] : []),
    ...team.map(({ peerId }) => said('peer', peerId, 0.7)),
    ...team.map(({ peerId }) => said('manager', peerId, 1)),
  ]);
}

function consent(random: Random, seenOn: CivilDate): Pick<GoodPractice, 'consentBy' | 'consentOn'> {
  return random.chance(0.7)
    ? { consentBy: 'chief executive', consentOn: addDays(seenOn, 30) }
    : { consentBy: null, consentOn: null };
}
