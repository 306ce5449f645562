import { NONE } from '../problem/pool.js';
import { seatsById, type Question } from '../problem/question.js';
import { barsMet, mayServeTogether } from '../rules/rules.js';
import { Draft } from './draft.js';
import { repair } from './repair.js';
import { loadSolver, type Clock } from './solver.js';
import { yearOf, type Assignment, type YearInput } from './year-of.js';
import { optionOf, type Option, type YearProblem } from './year-problem.js';

/**
 * Teams by which a challenge of a year fills a seat that nobody is left for: somebody of one or two other challenges moves there, and others
 * take their places. The incumbent says what team each challenge has now. Gives the teams of the challenges that change, the one asked
 * about first; null where no seat would be filled so. Throws a RangeError for a challenge that is not among those of the year.
 */
export async function chainFor(
  input: YearInput,
  challenge: string,
  clock: Clock,
): Promise<Assignment[] | null> {
  const { problem, draft } = standing(input, challenge);
  const c = problem.challenges.findIndex((one) => one.frame.question.challenge.id === challenge);
  if (c < 0) throw new RangeError(`no challenge "${challenge}"`);
  const before = emptyIn(problem, draft);
  const changed = repair(problem, draft, c, await loadSolver(), clock);
  if (changed.length < 2 || emptyIn(problem, draft) >= before) return null;
  return [c, ...changed.filter((other) => other !== c)].map((at) =>
    assignmentOf(problem, at, draft.options[at]!),
  );
}

/** The year with every team in its place; a team that could not serve as things are is left out, with its challenge. */
function standing(input: YearInput, challenge: string): { problem: YearProblem; draft: Draft } {
  const problem = yearOf(input);
  const draft = new Draft(problem);
  const fails = new Set<string>();
  for (const [c, one] of problem.challenges.entries()) {
    const { id } = one.frame.question.challenge;
    const option = optionFrom(
      problem,
      c,
      input.incumbent.find((known) => known.challenge === id),
    );
    if (draft.fits(c, option) && mayServe(one.frame.question, option)) draft.place(c, option);
    else fails.add(id);
  }
  if (fails.has(challenge)) throw new RangeError(`the team of "${challenge}" cannot serve as it stands`);
  if (fails.size === 0) return { problem, draft };
  const { programme } = input;
  const challenges = programme.challenges.filter(({ id }) => !fails.has(id));
  return standing({ ...input, programme: { ...programme, challenges } }, challenge);
}

function optionFrom({ challenges }: YearProblem, c: number, known: Assignment | undefined): Option {
  const { pool, challenge } = challenges[c]!.frame.question;
  const window = challenge.windows.findIndex(({ id }) => id === known?.window);
  const team = challenge.seats.map(({ id }) => pool.find(known?.seats[id] ?? '') ?? NONE);
  return optionOf(challenges[c]!, window, team);
}

/** Whether nothing stands against anybody of a team, dates aside. */
const mayServe = (question: Question, { team }: Option): boolean =>
  team.every(
    (p, s) =>
      p === NONE ||
      (barsMet(question, question.challenge.seats[s]!, p, null).length === 0 &&
        team.every((other, at) => at >= s || other === NONE || mayServeTogether(question.pool, other, p))),
  );

const emptyIn = ({ challenges }: YearProblem, { options }: Draft): number =>
  options.reduce(
    (sum, option, c) =>
      sum + (option?.team.filter((p, s) => p === NONE && challenges[c]!.frame.lists[s]!.counts).length ?? 0),
    0,
  );

function assignmentOf({ challenges }: YearProblem, c: number, { window, team }: Option): Assignment {
  const { pool, challenge } = challenges[c]!.frame.question;
  const seats = seatsById(challenge, pool, team);
  return { challenge: challenge.id, window: challenge.windows[window]?.id ?? null, seats };
}
