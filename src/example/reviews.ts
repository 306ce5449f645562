import type { Delivered } from './delivered.js';
import type { EntityManager } from 'typeorm';
import { addDays, addMonths, isWeekend, lastDay, weekday, type CivilDate } from '../calendar/dates.js';
import { inYearlyPeriod } from '../calendar/window-rules.js';
import { Challenge } from '../challenges/challenge.entity.js';
import { ChallengeChange } from '../challenges/challenge-change.entity.js';
import { type ChallengeState } from '../challenges/states.js';
import { Visit } from '../challenges/visit.entity.js';
import type { Random } from '../matching/problem/random.js';
import { SYSTEM } from '../people/access.js';
import { FIRST_REFERENCE } from '../reference/first-content.js';
import type { GrowingRows } from './teams.js';
import { ChallengeStep } from '../visits/challenge-step.entity.js';
import { loadInvitations, loadProposals } from './teams.js';

/** The progress review that was held, by those of the first team who were free on a day that the calendar allows. */
export async function loadReview(
  tx: EntityManager,
  random: Random,
  { challenge, kind, team, today }: Delivered,
  rows: GrowingRows,
): Promise<void> {
  const due = addMonths(team.lastDay, kind.clock.progressReviewMonths ?? 0);
  const latest = due < addDays(today, -15) ? due : addDays(today, -15);
  const isFree = (peerId: string, day: CivilDate): boolean => {
    const rest = rows.peers.find(({ id }) => id === peerId)?.restDays ?? 0;
    return (rows.served.get(peerId) ?? []).every(
      (one) => addDays(one.lastDay, rest) < day || addDays(day, rest) < one.firstDay,
    );
  };
  const members = Object.entries(team.seats).filter((entry): entry is [string, string] => entry[1] !== null);
  for (let day = latest; day > addDays(team.lastDay, 60); day = addDays(day, -1)) {
    const isOpen =
      !isWeekend(day) &&
      weekday(day) >= 2 &&
      weekday(day) <= 4 &&
      !FIRST_REFERENCE.calendar.never.some((period) => inYearlyPeriod(day, period));
    const free = isOpen ? members.filter(([, peerId]) => isFree(peerId, day)) : [];
    if (free.length < 2) continue;
    await loadReviewOn(tx, random, { challenge, day, seats: Object.fromEntries(free), today }, rows);
    return;
  }
}

async function loadReviewOn(
  tx: EntityManager,
  random: Random,
  { challenge, day, seats, today }: Reviewed,
  rows: GrowingRows,
): Promise<void> {
  const state =
    challenge.state === 'closed' ? 'closed' : random.pick(['reporting', 'report_published'] as const);
  const review = await saveReview(tx, { challenge, day, seats }, state);
  const teams = [{ rank: 1, score: 0, window: 'w1', seats, terms: [], reasons: { seats: [], team: [] } }];
  const [team] = await loadProposals(tx, review, { teams, blocked: [] }, today);
  if (team) await loadInvitations(tx, random, { challenge: review, team, today }, rows);
  await tx.query(`UPDATE bookings SET attended = ARRAY[first_day] WHERE challenge_id = $1`, [review.id]);
  await tx.delete(Visit, { challengeId: challenge.id, type: 'progress_review' });
  await tx.insert(Visit, {
    challengeId: review.id,
    type: 'progress_review',
    state: 'dated',
    firstDay: day,
    lastDay: day,
  });
  const link = 'https://council.example/progress-review';
  const published = { step: 'report', doneOn: addDays(day, 12), link };
  if (state !== 'reporting') await tx.insert(ChallengeStep, { challengeId: review.id, ...published });
}

interface Reviewed {
  challenge: Challenge;
  day: CivilDate;
  seats: Record<string, string>;
  today: CivilDate;
}

async function saveReview(
  tx: EntityManager,
  { challenge, day, seats }: Omit<Reviewed, 'today'>,
  state: ChallengeState,
): Promise<Challenge> {
  const { councilId, contacts, id: followsId } = challenge;
  const review = await tx.save(
    tx.create(Challenge, {
      councilId,
      contacts,
      followsId,
      kind: 'progress-review',
      state,
      seats: challenge.seats.filter(({ id }) => id in seats),
      coverage: [],
      windows: [{ id: 'w1', start: day, days: 1, penalty: 0 }],
      firstDay: day,
      lastDay: lastDay(day, 1),
    }),
  );
  await tx.insert(ChallengeChange, {
    challengeId: review.id,
    from: null,
    to: state,
    actor: SYSTEM.id,
    reason: 'example',
  });
  return review;
}
