import { addWorkingDays } from '../calendar/bank-holidays.js';
import { inYearlyPeriod } from '../calendar/window-rules.js';
import type { EntityManager } from 'typeorm';
import { addDays, addMonths, type CivilDate } from '../calendar/dates.js';
import type { Council } from '../councils/council.entity.js';
import { Random } from '../matching/problem/random.js';
import type { Peer } from '../peers/peer.entity.js';
import { SYSTEM } from '../people/access.js';
import { FIRST_WATCHING } from '../reference/first-watching.js';
import { ApplicationChange } from '../recruiting/application-change.entity.js';
import { Application, type ApplicationState } from '../recruiting/application.entity.js';
import { Campaign } from '../recruiting/campaign.entity.js';
import { EventPlace } from '../recruiting/event-place.entity.js';
import { Event } from '../recruiting/event.entity.js';
import { withAccreditations } from '../recruiting/events.service.js';
import { FIRST_NAMES, LAST_NAMES } from './names.js';

const SEED = 20_290_401;
const actor = SYSTEM.id;
const LIFE: ApplicationState[] = ['applied', 'appraised', 'inducted', 'accredited'];

/** A campaign, applications in every state, and events with those who came. */
export async function loadRecruiting(
  tx: EntityManager,
  councils: Council[],
  peers: Peer[],
  today: CivilDate,
): Promise<void> {
  const random = new Random(SEED);
  const wish = {
    positions: ['s151'],
    skills: { finance: 4 },
    region: 'North East',
    wanted: 6,
    until: addDays(today, 120),
  };
  const campaign = await tx.save(
    tx.create(Campaign, { ...wish, title: 'Finance officers for the North East', party: null, actor }),
  );
  await loadApplicants(tx, random, councils, campaign.id, today);
  const newcomers = peers.filter(({ reviews, state }) => reviews === 0 && state === 'active').slice(0, 4);
  for (const {
    id: peerId,
    name,
    email,
    class: peerClass,
    party,
    positions,
    skills,
    councilId,
  } of newcomers) {
    const who = { peerId, name, email: email ?? '', class: peerClass, party, positions, skills, councilId };
    await loadApplication(tx, { ...who, route: 'applied', state: 'accredited' }, '', today);
  }
  await loadEvents(tx, random, peers, today);
}

const STATES: ApplicationState[] = [
  ...(['applied', 'applied', 'nominated', 'appraised', 'appraised'] as const),
  ...(['inducted', 'declined', 'withdrawn'] as const),
];

async function loadApplicants(
  tx: EntityManager,
  random: Random,
  councils: Council[],
  campaignId: string,
  today: CivilDate,
): Promise<void> {
  for (const state of STATES) {
    const council = random.pick(councils);
    const name = `${random.pick(FIRST_NAMES)} ${random.pick(LAST_NAMES)}`;
    const who = {
      name,
      email: `${name.toLowerCase().replace(/[^a-z]+/g, '.')}@applicants.example`,
      councilId: council.id,
      class: 'officer' as const,
    };
    const route = state === 'nominated' ? ('nominated' as const) : ('applied' as const);
    await loadApplication(
      tx,
      { ...who, state, route, positions: ['s151'], skills: { finance: 4 }, campaignId },
      council.name,
      today,
    );
  }
}

async function loadApplication(
  tx: EntityManager,
  facts: Partial<Application>,
  council: string,
  today: CivilDate,
): Promise<void> {
  const { state = 'applied', route } = facts;
  const reached = LIFE.includes(state)
    ? LIFE.slice(0, LIFE.indexOf(state) + 1)
    : (['applied', state] as ApplicationState[]);
  const states = route === 'nominated' ? (['nominated'] as ApplicationState[]) : reached;
  const criteria = states.includes('appraised') ? FIRST_WATCHING.criteria.map(({ id }) => id) : [];
  const nominatedBy = route === 'nominated' ? council : null;
  const { id } = await tx.save(tx.create(Application, { ...facts, nominatedBy, criteria, actor }));
  await tx.insert(
    ApplicationChange,
    states.map((to, n) => {
      const at = new Date(`${addDays(today, -30 * (states.length - n))}T00:00:00Z`);
      return { applicationId: id, from: states[n - 1] ?? null, to, reason: 'example', actor, at };
    }),
  );
}

async function loadEvents(tx: EntityManager, random: Random, peers: Peer[], today: CivilDate): Promise<void> {
  const events = await tx.save(
    eventsAbout(today).map((event) =>
      tx.create(Event, {
        ...event,
        actor,
        scoredAt: event.scores.some((n) => n > 0) ? new Date(event.heldOn) : null,
      }),
    ),
  );
  const active = peers.filter(
    ({ state, accreditations }) =>
      state === 'active' && !accreditations.some(({ kind }) => kind === 'finance'),
  );
  for (const event of events) {
    const invited = Array.from({ length: 12 }, () => random.pick(active)).filter(
      (peer, n, all) => all.indexOf(peer) === n,
    );
    const isOver = event.heldOn <= today;
    const came = isOver ? invited.filter(() => random.chance(0.8)) : [];
    await tx.insert(
      EventPlace,
      invited.map((peer) => ({
        eventId: event.id,
        peerId: peer.id,
        attended: isOver ? came.includes(peer) : null,
      })),
    );
    for (const peer of came)
      if (event.kinds.length > 0)
        await tx.query('UPDATE peers SET accreditations = $2 WHERE id = $1', [
          peer.id,
          JSON.stringify(withAccreditations(peer.accreditations, event)),
        ]);
  }
}

/** The day itself, or the next on which people work, outside the days about Christmas. */
function workingDay(day: CivilDate): CivilDate {
  const at = addWorkingDays(addDays(day, -1), 1);
  return inYearlyPeriod(at, { name: '', from: '12-20', to: '01-03' }) ? workingDay(addDays(at, 1)) : at;
}

/** One long over, one lately, one to come. */
function eventsAbout(today: CivilDate): Omit<Event, 'id' | 'actor' | 'createdAt' | 'scoredAt'>[] {
  return [
    {
      type: 'training',
      title: 'Training for finance reviews',
      heldOn: workingDay(addMonths(today, -21)),
      place: 'London',
      kinds: ['finance'],
      validMonths: 24,
      scores: [0, 0, 3, 6],
    },
    {
      type: 'briefing',
      title: 'Briefing of new peers',
      heldOn: workingDay(addDays(today, -40)),
      place: 'online',
      kinds: [],
      validMonths: null,
      scores: [0, 1, 4, 3],
    },
    {
      type: 'training',
      title: 'Training for corporate challenges',
      heldOn: workingDay(addDays(today, 30)),
      place: 'Leeds',
      kinds: ['corporate'],
      validMonths: 36,
      scores: [0, 0, 0, 0],
    },
  ];
}
