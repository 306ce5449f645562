import type { DataSource, EntityManager } from 'typeorm';
import { addDays, addMonths, lastDay, type CivilDate, type DateRange } from '../calendar/dates.js';
import { ChallengeChange } from '../challenges/challenge-change.entity.js';
import { Challenge } from '../challenges/challenge.entity.js';
import type { Contact } from '../challenges/contacts.js';
import { Offer } from '../challenges/offer.entity.js';
import { isDelivered, type ChallengeState } from '../challenges/states.js';
import { Council } from '../councils/council.entity.js';
import { Random } from '../matching/problem/random.js';
import { answerChallenge } from '../matching/files/teams-answer.js';
import { NO_PINS } from '../matching/rules/pins.js';
import { Peer } from '../peers/peer.entity.js';
import { SYSTEM } from '../people/access.js';
import { record } from '../people/audit.js';
import { noteStanding } from '../invitations/stood.js';
import { FIRST_KINDS } from '../kinds/first-kinds.js';
import { keepPolicies } from '../kinds/kept-policy.js';
import { FIRST_REFERENCE } from '../reference/first-content.js';
import { questionFrom } from '../proposals/problem/question.js';
import { Houses } from '../councils/houses.js';
import { loadBodies } from '../proposals/problem/rows.js';
import { Visit } from '../challenges/visit.entity.js';
import { inventChallenges, SIGNED_IN_COUNCIL, type InventedChallenge } from './challenges.js';
import { loadFollowUp, loadTimetable } from './follow-up.js';
import { FIRST_NAMES, LAST_NAMES } from './names.js';
import { loadRecruiting } from './recruiting.js';
import { loadPlanReviews, loadRegions } from './regions.js';
import { BOOKING_CONTACT } from './users.js';
import { loadProgramme } from './programme.js';
import { loadDemographics, loadPictures } from './pictures.js';
import { inventPool } from './pool.js';
import { loadInvitations, loadProposals, type GrowingRows } from './teams.js';

const SEED = 20_260_401;

const WITH_TEAM: ChallengeState[] = [
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
];
const LIFE: ChallengeState[] = ['enquiry', 'scoped', ...WITH_TEAM];

/**
 * Loads the example programme into a database without peers: an invented pool and a year of challenges about today, with teams
 * that the engine found and dates that nobody has twice. The same for one day, whatever the machine.
 */
export async function loadExample(source: DataSource, today: CivilDate): Promise<boolean> {
  if (await source.manager.exists(Peer)) return false;
  const random = new Random(SEED);
  const calendar = { from: addDays(today, -300), to: addDays(today, 200) };
  await source.transaction(async (tx) => {
    const bodies = await tx.find(Council, { order: { code: 'ASC' } });
    const councils = bodies.filter(({ body }) => body === 'council');
    const peers = await loadPool(tx, random, bodies, calendar);
    const invented = inventChallenges(random, councils, calendar, today);
    const { belongings, followings, ...known } = await loadBodies(tx);
    const rows: GrowingRows = {
      ...known,
      houses: new Houses(belongings, followings, calendar),
      peers: peers
        .filter(({ state }) => state === 'active')
        .sort((a, b) => (a.name + a.id < b.name + b.id ? -1 : 1)),
      served: new Map(),
      bases: new Map(),
    };
    for (const one of invented) await loadChallenge(tx, random, one, rows, today);
    await loadOffers(tx, random, councils, today);
    await loadAround(tx, councils, peers, today);
    await keepPolicies(tx);
    await record(tx, SYSTEM, 'example.loaded', 'example', {
      peers: peers.length,
      challenges: invented.length,
    });
  });
  // Else the database plans for empty tables until it looks by itself.
  await source.query('ANALYZE');
  await noteStanding(source.manager, {});
  return true;
}

async function loadPool(
  tx: EntityManager,
  random: Random,
  councils: Council[],
  calendar: DateRange,
): Promise<Peer[]> {
  const peers = inventPool(random, councils, calendar).map((peer) =>
    tx.create(Peer, { ...peer, id: inventId(random) }),
  );
  for (let at = 0; at < peers.length; at += 200) await tx.insert(Peer, peers.slice(at, at + 200));
  return peers;
}

async function loadOffers(
  tx: EntityManager,
  random: Random,
  councils: Council[],
  today: CivilDate,
): Promise<void> {
  const offers = councils
    .filter(() => random.chance(0.1))
    .map((council) => ({
      councilId: council.id,
      kind: 'corporate',
      madeOn: addDays(today, -random.int(10, 300)),
      answer: 'declined' as const,
      reason: 'not this year',
      actor: SYSTEM.id,
    }));
  await tx.insert(Offer, offers);
}

/** What there is besides challenges and their teams. */
async function loadAround(
  tx: EntityManager,
  councils: Council[],
  peers: Peer[],
  today: CivilDate,
): Promise<void> {
  await loadProgramme(tx, councils, today);
  await loadPictures(tx, councils, today);
  await loadDemographics(tx, peers);
  await loadRecruiting(tx, councils, peers, today);
  await loadRegions(tx, { councils, peers, today });
  await loadPlanReviews(tx, today);
}

/** Somebody to write to at each council; nobody real has an address there. One of them is among the users. */
function contactsOf(random: Random, { code }: Council): Contact[] {
  const name = `${random.pick(FIRST_NAMES)} ${random.pick(LAST_NAMES)}`;
  if (code === SIGNED_IN_COUNCIL)
    return [{ purpose: 'booking', name: BOOKING_CONTACT, email: 'council@users.example' }];
  return [{ purpose: 'booking', name, email: `contact-${code.toLowerCase()}@councils.example` }];
}

/** An id of the form of a version 4 UUID. */
function inventId(random: Random): string {
  const hex = Array.from({ length: 32 }, () => random.int(0, 15).toString(16)).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

async function loadChallenge(
  tx: EntityManager,
  random: Random,
  { council, kind, state, windows }: InventedChallenge,
  rows: GrowingRows,
  today: CivilDate,
): Promise<void> {
  const content = FIRST_KINDS[kind];
  if (!content) throw new Error(`no kind ${kind}`);
  const challenge = await tx.save(
    tx.create(Challenge, {
      councilId: council.id,
      kind,
      state,
      focus: '',
      contacts: contactsOf(random, council),
      windows,
      seats: content.seats,
      coverage: content.coverage,
      excluded: [],
      waived: [],
    }),
  );
  await loadChanges(tx, challenge, today);
  if (WITH_TEAM.includes(state)) await loadTeam(tx, random, challenge, rows, today);
}

/** How it came to its state. */
async function loadChanges(
  tx: EntityManager,
  { id, state, windows }: Challenge,
  today: CivilDate,
): Promise<void> {
  const reached = LIFE.includes(state)
    ? LIFE.slice(0, LIFE.indexOf(state) + 1)
    : (['enquiry', 'scoped', state] as ChallengeState[]);
  const day = windows[0]?.start ?? today;
  const changes = reached.map((to, index) => ({
    challengeId: id,
    from: reached[index - 1] ?? null,
    to,
    actor: SYSTEM.id,
    reason: 'example',
    at: changedAt(day, to, today),
  }));
  await tx.insert(ChallengeChange, changes);
}

/** Noon of the day on which a challenge usually gets so far; nothing happened later than today. */
function changedAt(day: CivilDate, to: ChallengeState, today: CivilDate): Date {
  const usual: Partial<Record<ChallengeState, number>> = {
    enquiry: -190,
    scoped: -150,
    team_proposed: -130,
    team_agreed: -122,
    inviting: -115,
    on_site: 0,
    reporting: 5,
    report_published: 85,
    action_plan_published: 135,
    review_due: 290,
    reviewed: 305,
    closed: 330,
  };
  // How long the answers take differs from one to the next.
  const confirmed = -70 - (Number(day.slice(8)) % 31);
  const on = addDays(day, to === 'confirmed' ? confirmed : (usual[to] ?? -100));
  return new Date(`${on > today ? today : on}T00:00:00Z`);
}

/** A done request, its proposals, and as far as the state says: agreement, invitations, bookings, visits. */
async function loadTeam(
  tx: EntityManager,
  random: Random,
  challenge: Challenge,
  rows: GrowingRows,
  today: CivilDate,
): Promise<void> {
  const kind = FIRST_KINDS[challenge.kind];
  if (!kind) return;
  const first = challenge.windows.slice(0, 1);
  const chosen =
    challenge.state === 'team_proposed'
      ? challenge
      : Object.assign(Object.create(Challenge.prototype) as Challenge, challenge, { windows: first });
  const { weights, calendar, positions } = FIRST_REFERENCE;
  const question = questionFrom(chosen, { weights, kind, calendar, positions }, rows);
  const answer = answerChallenge(question, 3, NO_PINS);
  const proposals = await loadProposals(tx, challenge, answer, today);
  const [best] = proposals;
  if (challenge.state === 'team_proposed' || !best) return;
  const last = lastDay(best.firstDay, best.days);
  await tx.update(Challenge, { id: challenge.id }, { firstDay: best.firstDay, lastDay: last });
  if (challenge.state === 'team_agreed') return;
  await loadInvitations(tx, random, { challenge, team: best, today }, rows);
  if (challenge.state === 'inviting') return;
  const { id: challengeId } = challenge;
  const { firstDay } = best;
  const { progressReviewMonths } = kind.clock;
  await tx.insert(Visit, { challengeId, type: 'on_site', state: 'dated', firstDay, lastDay: last });
  if (progressReviewMonths !== null) {
    const about = addMonths(last, progressReviewMonths);
    const days = { firstDay: about, lastDay: about };
    await tx.insert(Visit, { challengeId, type: 'progress_review', state: 'pencilled', ...days });
  }
  if (isDelivered(challenge.state))
    await loadFollowUp(tx, random, { challenge, kind, team: best, today }, rows);
  else await loadTimetable(tx, challenge, best);
}
