import { checkPlan } from '../../src/matching/files/check-plan.js';
import { planScore } from '../../src/matching/files/plan-score.js';
import { answerPlan } from '../../src/matching/files/plan-answer.js';
import { answerTeams } from '../../src/matching/files/teams-answer.js';
import { NONE } from '../../src/matching/problem/pool.js';
import type { Challenge, Peer, Programme, Seat } from '../../src/matching/problem/programme.js';
import { Draft } from '../../src/matching/year/draft.js';
import { withPerson } from '../../src/matching/year/narrow.js';
import { repair } from '../../src/matching/year/repair.js';
import { loadSolver, NO_LIMIT } from '../../src/matching/year/solver.js';
import { yearOf, type Assignment } from '../../src/matching/year/year-of.js';
import { optionOf, type YearProblem } from '../../src/matching/year/year-problem.js';
import { instance } from '../../bench/instances.js';
import { everyBestTeam, everyTeam } from './oracle.js';
import { smallProgramme } from './small-cases.js';
import { accreditWords, relaxationInFile } from '../../src/matching/reasons/words.js';
import { times } from '../support/figure.js';

/** Every single change that the contract names for a seat, by the words that tell it. */
function singleChanges(programme: Programme, challenge: Challenge, seat: Seat): Map<string, Challenge> {
  const changes = new Map<string, Challenge>();
  const withSeat = (words: string, changed: Partial<Seat>): void => {
    changes.set(words, {
      ...challenge,
      seats: challenge.seats.map((other) => (other.id === seat.id ? { ...other, ...changed } : other)),
    });
  };
  for (const [skill, level] of Object.entries(seat.skills)) {
    const others = Object.entries(seat.skills).filter(([name]) => name !== skill);
    const lower = level > 1 ? [[skill, level - 1] as const] : [];
    withSeat(`${skill} level ${String(level)} → ${level > 1 ? String(level - 1) : 'none'}`, {
      skills: Object.fromEntries([...others, ...lower]),
    });
  }
  for (const { id, days } of challenge.windows.filter((window) => window.days > 1)) {
    const windows = challenge.windows.map((window) =>
      window.id === id ? { ...window, days: days - 1 } : window,
    );
    changes.set(`window ${id} one day shorter, ${String(days)} → ${String(days - 1)}`, {
      ...challenge,
      windows,
    });
  }
  const holders = (positions: readonly string[]): Peer[] =>
    programme.peers.filter((peer) => peer.positions.some((one) => positions.includes(one)));
  // A seat stays one for councillors, or for officers: for those who could hold it now.
  const classes = new Set(holders(seat.positions).map((peer) => peer.class));
  if (seat.party !== 'any') classes.add('member');
  for (const position of new Set(programme.peers.flatMap(({ positions }) => positions)))
    if (
      !seat.positions.includes(position) &&
      (classes.size === 0 || holders([position]).some((peer) => classes.has(peer.class)))
    )
      withSeat(`position ${position} too`, { positions: [...seat.positions, position] });
  if (seat.party !== 'any') withSeat('any party', { party: 'any' });
  return changes;
}

describe('what would fill a seat', () => {
  it('is every single change that does, and pairs only where no single one does, by listing every team', () => {
    let told = 0;
    for (let seed = 1; seed <= times(100, 1500); seed++) {
      const programme = smallProgramme(seed, 8);
      const [challenge] = programme.challenges;
      if (!challenge) continue;
      const best = everyBestTeam(programme, challenge, 1)[0];
      for (const { seat: id, relaxations } of answerTeams(programme, challenge.id, 1).blocked) {
        const seat = challenge.seats.find((one) => one.id === id);
        if (!seat || !best) continue;
        const open = (seats: Record<string, string | null>): number =>
          Object.values(seats).filter((peer) => peer === null).length;
        const enough = [...singleChanges(programme, challenge, seat)].filter(([, changed]) => {
          const team = everyBestTeam({ ...programme, challenges: [changed] }, changed, 1)[0];
          return team !== undefined && team.seats[id] !== null && open(team.seats) < open(best.seats);
        });
        const words = relaxations.map(relaxationInFile);
        if (enough.length > 0)
          expect({ seed, words: words.sort() }).toEqual({ seed, words: enough.map(([one]) => one).sort() });
        else expect(words.every((change) => change.includes(' and '))).toBe(true);
        told += words.length;
      }
    }
    expect(told).toBeGreaterThan(20);
  });
});

describe('an accreditation that would fill a seat', () => {
  it('is told of those whom nothing else keeps out, and who is named fills the seat by it alone', () => {
    let told = 0;
    let named = 0;
    for (let seed = 1; seed <= times(150, 2500); seed++) {
      const programme = smallProgramme(seed, 8);
      const [challenge] = programme.challenges;
      if (!challenge) continue;
      const best = everyBestTeam(programme, challenge, 1)[0];
      const accredited = (id: string): Programme => ({
        ...programme,
        peers: programme.peers.map((peer) =>
          peer.id === id ? { ...peer, kinds: [...(peer.kinds ?? []), challenge.kind] } : peer,
        ),
      });
      const open = (seats: Record<string, string | null>): number =>
        Object.values(seats).filter((peer) => peer === null).length;
      for (const { seat, accredit } of answerTeams(programme, challenge.id, 1).blocked) {
        const fills = ({ id, kinds }: Peer): boolean => {
          if (!kinds || kinds.includes(challenge.kind)) return false;
          const team = everyBestTeam(accredited(id), challenge, 1)[0];
          // Somebody who frees a third for the seat does not hold its post.
          if (!everyTeam(accredited(id), challenge).some(({ seats }) => seats[seat] === id)) return false;
          return (
            team !== undefined &&
            Object.values(team.seats).includes(id) &&
            open(team.seats) < open(best?.seats ?? {})
          );
        };
        const enough = programme.peers.filter(fills).map(({ id }) => id);
        const best3 = accredit?.best ?? [];
        expect({ seed, none: best3.every((id) => enough.includes(id)) }).toEqual({ seed, none: true });
        expect({ seed, some: best3.length }).toEqual({ seed, some: Math.min(3, enough.length) });
        expect(accredit?.peers ?? 0).toBeGreaterThanOrEqual(best3.length);
        told += accredit ? 1 : 0;
        named += best3.length;
      }
    }
    expect(told).toBeGreaterThan(10);
    expect(named).toBeGreaterThan(10);
  });

  it('is never another class: a seat for councillors is not offered to officers', () => {
    const peer = { ...smallPeer('M1'), class: 'member' as const, positions: ['leader'], kinds: [] };
    const officer = { ...smallPeer('O1'), positions: ['police'] };
    const [challenge] = smallProgramme(1).challenges;
    if (!challenge) throw new Error('no challenge');
    const seats: Seat[] = [{ id: 'leader', positions: ['leader'], party: 'any', skills: {} }];
    const programme: Programme = {
      ...smallProgramme(1),
      peers: [peer, officer],
      challenges: [{ ...challenge, seats, coverage: [], windows: challenge.windows.slice(0, 1) }],
    };
    const [blocked] = answerTeams(programme, challenge.id, 1).blocked;
    expect(blocked?.relaxations.map(relaxationInFile)).toEqual([]);
    expect(blocked?.accredit).toEqual({ peers: 1, best: ['M1'] });
    expect(accreditWords(blocked?.accredit ?? { peers: 0 }, 'Housing review')).toBe(
      '1 holds the post and the skill and is free, but is not accredited for the housing review.',
    );
  });
});

describe('a seat whose posts nobody holds', () => {
  it('is offered to those of its class only, by the list of posts', () => {
    const [challenge] = smallProgramme(1).challenges;
    if (!challenge) throw new Error('no challenge');
    const seats: Seat[] = [{ id: 'leader', positions: ['leader'], party: 'any', skills: {} }];
    const of = (classOf: Challenge['classOf']): string[] => {
      const programme: Programme = {
        ...smallProgramme(1),
        peers: [
          { ...smallPeer('O1'), positions: ['police'] },
          { ...smallPeer('M1'), class: 'member', positions: ['portfolio'] },
        ],
        challenges: [
          {
            ...challenge,
            seats,
            coverage: [],
            windows: challenge.windows.slice(0, 1),
            ...(classOf && { classOf }),
          },
        ],
      };
      const [blocked] = answerTeams(programme, challenge.id, 1).blocked;
      return blocked?.relaxations.map(relaxationInFile) ?? [];
    };
    // A file does not know of which class a post is.
    expect(of(undefined)).toEqual(['position police too', 'position portfolio too']);
    expect(of({ leader: 'member', portfolio: 'member', police: 'officer' })).toEqual([
      'position portfolio too',
    ]);
  });
});

describe('whom to accredit', () => {
  const unaccredited = (...ids: string[]): Programme => {
    const [challenge] = smallProgramme(1).challenges;
    if (!challenge) throw new Error('no challenge');
    const seats = ['one', 'two'].map((id): Seat => ({ id, positions: ['s151'], party: 'any', skills: {} }));
    return {
      ...smallProgramme(1),
      peers: ids.map((id) => ({ ...smallPeer(id), positions: ['s151'], kinds: [] })),
      challenges: [{ ...challenge, seats, coverage: [], windows: challenge.windows.slice(0, 1) }],
    };
  };

  it('is said of each of two seats that are alike', () => {
    const { blocked } = answerTeams(unaccredited('A', 'B'), undefined, 1);
    expect(blocked.map(({ seat, accredit }) => [seat, accredit])).toEqual([
      ['one', { peers: 2, best: ['A', 'B'] }],
      ['two', { peers: 2, best: ['A', 'B'] }],
    ]);
  });

  it('is said in a plan too', async () => {
    const { blocked } = await answerPlan(
      { programme: unaccredited('A'), incumbent: [] },
      { gap: 0, clock: NO_LIMIT },
    );
    expect(blocked.map(({ seat, accredit }) => [seat, accredit])).toEqual([
      ['one', { peers: 1, best: ['A'] }],
      ['two', { peers: 1, best: ['A'] }],
    ]);
  });

  it('is whoever’s accreditation runs out before the days, and they count as that, not as busy', () => {
    const programme = unaccredited();
    const [challenge] = programme.challenges;
    if (!challenge) throw new Error('no challenge');
    const windows = [
      { id: 'w1', start: '2026-09-01', days: 2, penalty: 0 },
      { id: 'w2', start: '2026-10-01', days: 2, penalty: 0 },
    ];
    const peer: Peer = {
      ...smallPeer('A'),
      positions: ['s151'],
      unavailable: [['2026-09-01', '2026-09-02']],
    };
    const lapsing = [{ peer: 'A', last: '2026-09-15' }];
    const year = { ...programme, peers: [peer], challenges: [{ ...challenge, windows, lapsing }] };
    const [one] = answerTeams(year, undefined, 1).blocked;
    expect([one?.falls, one?.accredit]).toEqual([[{ bar: 'excluded', peers: 1 }], { peers: 1, best: ['A'] }]);
  });
});

describe('a repair', () => {
  it('keeps every rule, moves others only to fill a seat, and is worth no less than mending the one challenge', async () => {
    const programme = instance(5, 60, 12);
    const problem = yearOf({ programme, incumbent: [] });
    const solver = await loadSolver();
    const plan = await answerPlan({ programme, incumbent: [] }, { gap: 0.02, clock: NO_LIMIT });
    const options = plan.assignments.map(({ window, seats }, c) => {
      const challenge = problem.challenges[c] ?? never();
      const { question } = challenge.frame;
      const team = question.challenge.seats.map(({ id }) => question.pool.find(seats[id] ?? '') ?? NONE);
      return optionOf(
        challenge,
        question.challenge.windows.findIndex(({ id }) => id === window),
        team,
      );
    });
    options.forEach((option, c) => {
      const s = option.team.findIndex((p) => p !== NONE);
      if (s < 0) return;
      const without: YearProblem = {
        ...problem,
        challenges: problem.challenges.map((other, at) =>
          at === c ? withPerson(other, s, option.team[s] ?? NONE, false) : other,
        ),
      };
      const draft = new Draft(without);
      options.forEach((one, at) => {
        draft.place(at, one);
      });
      const changed = repair(without, draft, c, solver, NO_LIMIT);
      expect(changed.length).toBeLessThanOrEqual(3);
      const assignments = draft.options.map((one, at) => assignmentOf(without, at, one ?? never()));
      const score = planScore(programme, assignments);
      expect(checkPlan(programme, { score, bound: score, gap: 0, assignments }, []).broken).toEqual([]);
      expect(draft.value).toBe(score);
    });
  });
});

function assignmentOf(
  { challenges }: YearProblem,
  c: number,
  { window, team }: { window: number; team: readonly number[] },
): Assignment {
  const { challenge, pool } = (challenges[c] ?? never()).frame.question;
  return {
    challenge: challenge.id,
    window: challenge.windows[window]?.id ?? null,
    seats: Object.fromEntries(
      challenge.seats.map(({ id }, s) => [id, pool.peers[team[s] ?? NONE]?.id ?? null]),
    ),
  };
}

/** An officer from outside local government who is always free. */
const smallPeer = (id: string): Peer => ({
  ...{ id, class: 'officer', positions: [], council: null, party: null, skills: {} },
  ...{
    reviews: 2,
    rating: 5,
    recent: 0,
    maxChallenges: 2,
    maxDays: 9,
    restDays: 3,
    unavailable: [],
    conflicts: [],
  },
});

function never(): never {
  throw new Error('not there');
}
