import type { DataSource } from 'typeorm';
import { Chain, type ChainState } from '../../src/chains/chain.entity.js';
import { Import, type ImportState } from '../../src/imports/import.entity.js';
import { Booking, type BookingState } from '../../src/invitations/booking.entity.js';
import { Invitation, type InvitationState } from '../../src/invitations/invitation.entity.js';
import { Peer, type PeerState } from '../../src/peers/peer.entity.js';
import { PlanRequest } from '../../src/programme/plan/plan-request.entity.js';
import { Objection } from '../../src/proposals/objection.entity.js';
import { Proposal } from '../../src/proposals/proposal.entity.js';
import { TeamRequest } from '../../src/proposals/team-request.entity.js';
import { Application, type ApplicationState } from '../../src/recruiting/application.entity.js';
import { Circumstance } from '../../src/visits/circumstance.entity.js';
import { makeDataSource } from '../../src/data-source.js';
import { createDatabase } from '../support/database.js';

/** The life of a thing as it is meant, drawn apart from the code: what follows what, and the step that takes it there. */
interface Life {
  table: string;
  what: string;
  follows: Record<string, string[]>;
  /** Takes a thing from one state towards another; gives where it stands then. */
  step: (from: string, to: string) => string;
  /** States that no step leads to: a thing begins there. */
  begins: string[];
}

const AT = new Date('2027-05-03T09:00:00Z');

/** Does the step that leads to a state, and gives the state that is there afterwards. */
function taken<T extends { state: string }>(thing: T, step: ((thing: T) => void) | undefined): string {
  step?.(thing);
  return thing.state;
}

const requestStep = (thing: TeamRequest | PlanRequest, to: string): void => {
  if (to === 'running') thing.run('looking');
  else thing.end(to as 'done', 'ended', AT);
};
const REQUEST = {
  queued: ['running', 'done', 'failed', 'cancelled'],
  running: ['running', 'done', 'failed', 'cancelled'],
  done: [],
  failed: [],
  cancelled: [],
};

const LIVES: Life[] = [
  {
    table: 'peers',
    what: 'The peer',
    follows: { active: ['paused', 'retired'], paused: ['active', 'retired'], retired: [] },
    begins: [],
    step: (from, to) =>
      taken(Object.assign(new Peer(), { state: from as PeerState }), (peer) => {
        peer.become(to as PeerState);
      }),
  },
  {
    table: 'applications',
    what: 'The application',
    follows: {
      applied: ['appraised', 'declined', 'withdrawn'],
      nominated: ['appraised', 'declined', 'withdrawn'],
      appraised: ['inducted', 'declined', 'withdrawn'],
      inducted: ['accredited', 'declined', 'withdrawn'],
      accredited: [],
      declined: [],
      withdrawn: [],
    },
    begins: ['applied', 'nominated'],
    step: (from, to) =>
      taken(Object.assign(new Application(), { state: from as ApplicationState }), (one) => {
        one.become(to as ApplicationState);
      }),
  },
  {
    table: 'invitations',
    what: 'The invitation',
    follows: {
      pending: ['accepted', 'declined', 'expired', 'withdrawn'],
      accepted: ['declined', 'withdrawn'],
      declined: [],
      expired: [],
      withdrawn: [],
    },
    begins: ['pending'],
    step: (from, to) =>
      taken(Object.assign(new Invitation(), { state: from as InvitationState }), (invitation) => {
        invitation.answer(to as InvitationState, AT);
      }),
  },
  {
    table: 'bookings',
    what: 'The booking',
    follows: { held: ['booked', 'released'], booked: ['released'], released: [] },
    begins: ['held'],
    step: (from, to) =>
      taken(
        Object.assign(new Booking(), { state: from as BookingState, live: from !== 'released' }),
        (booking) => {
          if (to === 'booked') booking.book();
          else booking.release();
          expect(booking.live).toBe(booking.state !== 'released');
        },
      ),
  },
  {
    table: 'proposals',
    what: 'The proposal',
    follows: { proposed: ['agreed', 'superseded'], agreed: ['superseded'], superseded: [] },
    begins: ['proposed'],
    step: (from, to) =>
      taken(Object.assign(new Proposal(), { state: from as 'proposed' }), (proposal) => {
        if (to === 'agreed') proposal.agree(AT, AT);
        else proposal.supersede();
      }),
  },
  {
    table: 'objections',
    what: 'The objection',
    follows: { open: ['upheld', 'dismissed'], upheld: [], dismissed: [] },
    begins: ['open'],
    step: (from, to) =>
      taken(Object.assign(new Objection(), { state: from as 'open' }), (objection) => {
        objection.decide(to as 'upheld', 'because', AT);
      }),
  },
  {
    table: 'chains',
    what: 'The chain',
    follows: {
      found: ['asked', 'past'],
      asked: ['done', 'refused', 'past'],
      done: [],
      refused: [],
      past: [],
    },
    begins: ['found'],
    step: (from, to) =>
      taken(Object.assign(new Chain(), { state: from as ChainState }), (chain) => {
        if (to === 'asked') chain.ask('x', [], AT);
        else chain.end(to as 'past');
      }),
  },
  {
    table: 'imports',
    what: 'The import',
    follows: {
      waiting: ['checked', 'refused', 'stopped', 'failed'],
      checked: ['entering', 'stopped'],
      entering: ['entered', 'checked', 'refused', 'stopped', 'failed'],
      entered: ['undoing'],
      undoing: ['undone', 'entered'],
      refused: [],
      undone: [],
      stopped: [],
      failed: [],
    },
    begins: ['waiting'],
    step: (from, to) =>
      taken(Object.assign(new Import(), { state: from as ImportState }), (one) => {
        one.become(to as ImportState);
      }),
  },
  {
    table: 'circumstances',
    what: 'The change of circumstances',
    follows: { open: ['kept', 'replaced'], kept: [], replaced: [] },
    begins: ['open'],
    step: (from, to) =>
      taken(Object.assign(new Circumstance(), { state: from as 'open' }), (circumstance) => {
        circumstance.settle(to as 'kept', 'because');
      }),
  },
  {
    table: 'team_requests',
    what: 'The request',
    follows: REQUEST,
    begins: ['queued'],
    step: (from, to) =>
      taken(Object.assign(new TeamRequest(), { state: from as 'queued' }), (request) => {
        requestStep(request, to);
      }),
  },
  {
    table: 'plan_requests',
    what: 'The request',
    follows: REQUEST,
    begins: ['queued'],
    step: (from, to) =>
      taken(Object.assign(new PlanRequest(), { state: from as 'queued' }), (request) => {
        requestStep(request, to);
      }),
  },
];

const named = (state: string): string => state.replaceAll('_', ' ');

describe.each(LIVES)('of $table', ({ table, what, follows, begins, step }) => {
  const states = Object.keys(follows);
  const reached = states.filter((state) => !begins.includes(state));
  const pairs = states.flatMap((from) => reached.map((to) => [from, to] as const));

  it.each(pairs)('%s to %s goes only where it is meant to', (from, to) => {
    if (follows[from]?.includes(to)) {
      expect(step(from, to)).toBe(to);
      return;
    }
    const possible = follows[from]?.map(named).join(', ');
    expect(() => step(from, to)).toThrow(
      `${what} is ${named(from)} and cannot become ${named(to)}; possible now: ${possible === '' ? 'nothing more, it stays as it is' : String(possible)}.`,
    );
  });

  describe('the database', () => {
    it('knows the same states', async () => {
      const [row] = await source.query<{ rule: string }[]>(
        `SELECT pg_get_constraintdef(oid) AS rule FROM pg_constraint WHERE conname = $1`,
        [`${table}_state`],
      );
      const known = [...(row?.rule ?? '').matchAll(/'([a-z_]+)'/g)].map(([, state]) => state);
      expect(known.sort()).toEqual([...states].sort());
    });
  });
});

let source: DataSource;
beforeAll(async () => {
  source = await makeDataSource(await createDatabase()).initialize();
});
afterAll(() => source.destroy());

describe('who stays where they are', () => {
  it('is what they were before a step that is refused', () => {
    const invitation = Object.assign(new Invitation(), {
      state: 'declined' as const,
      reason: 'ill',
      answeredAt: AT,
    });
    expect(() => {
      invitation.answer('accepted', new Date(), { reason: 'well again' });
    }).toThrow('The invitation is declined');
    expect(invitation).toMatchObject({ state: 'declined', reason: 'ill', answeredAt: AT });
    const request = Object.assign(new TeamRequest(), {
      state: 'done' as const,
      phase: 'done',
      finishedAt: AT,
    });
    expect(() => {
      request.end('failed', 'too late', new Date());
    }).toThrow('The request is done');
    expect(request).toMatchObject({ state: 'done', phase: 'done', finishedAt: AT });
  });

  it('has what a step brings along: who ends a request ends it at an instant, who runs it again does not', () => {
    const request = Object.assign(new TeamRequest(), { state: 'queued' as const });
    request.run('looking');
    expect([request.isWaiting, request.finishedAt]).toEqual([true, null]);
    request.end('done', 'done', AT);
    expect([request.isWaiting, request.finishedAt]).toEqual([false, AT]);
  });
});
