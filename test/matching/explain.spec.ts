import { checkPlan } from '../../src/matching/files/check-plan.js';
import { planScore } from '../../src/matching/files/plan-score.js';
import { answerPlan } from '../../src/matching/files/plan-answer.js';
import { answerTeams } from '../../src/matching/files/teams-answer.js';
import { NONE } from '../../src/matching/problem/pool.js';
import type { Challenge, Programme, Seat } from '../../src/matching/problem/programme.js';
import { Draft } from '../../src/matching/year/draft.js';
import { withPerson } from '../../src/matching/year/narrow.js';
import { repair } from '../../src/matching/year/repair.js';
import { loadSolver, NO_LIMIT } from '../../src/matching/year/solver.js';
import { yearOf, type Assignment } from '../../src/matching/year/year-of.js';
import { optionOf, type YearProblem } from '../../src/matching/year/year-problem.js';
import { instance } from '../../bench/instances.js';
import { everyBestTeam } from './oracle.js';
import { smallProgramme } from './small-cases.js';
import { relaxationInFile } from '../../src/matching/reasons/words.js';
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
  for (const position of new Set(programme.peers.flatMap(({ positions }) => positions)))
    if (!seat.positions.includes(position))
      withSeat(`position ${position} too`, { positions: [...seat.positions, position] });
  if (seat.party !== 'any') withSeat('any party', { party: 'any' });
  return changes;
}

describe('what would fill a seat', () => {
  it('is every single change that does, and pairs only where no single one does, by listing every team', () => {
    let told = 0;
    for (let seed = 1; seed <= times(250, 1500); seed++) {
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

function never(): never {
  throw new Error('not there');
}
