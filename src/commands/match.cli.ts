import { readFileSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { InvalidArgumentError, type Command } from 'commander';
import { planFile, teamsFile } from '../matching/files/answer-files.js';
import { checkTeams } from '../matching/files/check.js';
import { checkPlan, readPlan } from '../matching/files/check-plan.js';
import { answerPlan, PLAN_FORMAT } from '../matching/files/plan-answer.js';
import { planInWords } from '../matching/files/plan-words.js';
import { parseJson, readProgramme } from '../matching/files/programme-file.js';
import { BadInput } from '../matching/files/reader.js';
import { answerTeams } from '../matching/files/teams-answer.js';
import type { Programme } from '../matching/problem/programme.js';
import type { Assignment } from '../matching/year/year-of.js';
import type { Progress } from '../matching/year/outcome.js';

/** `match teams`, `match plan` and `match check`: programme files in, answers out, no database. */
export function addMatchCommands(program: Command): void {
  const match = program.command('match').description('ask the matching engine about a programme file');
  addTeams(match);
  addPlan(match);
  addCheck(match);
}

function addTeams(match: Command): void {
  match
    .command('teams')
    .description('the best teams for one challenge, exact')
    .argument('<file>', 'programme file')
    .option('--challenge <id>', 'the challenge, when the file has several')
    .option('--top <number>', 'how many teams', atLeastOne, 3)
    .option('--out <file>', 'write the answer there instead of to standard output')
    .action((file: string, options: { challenge?: string; top: number; out?: string }) => {
      const answer = answerTeams(readProgramme(readText(file)), options.challenge, options.top);
      write(`${JSON.stringify(teamsFile(answer), null, 2)}\n`, options.out);
    });
}

interface PlanFlags {
  gap: number;
  timeLimit: number;
  incumbent?: string;
  out?: string;
}

function addPlan(match: Command): void {
  match
    .command('plan')
    .description(
      'windows and teams for all challenges of a year together, with a proven bound; an interrupt gives the best so far',
    )
    .argument('<file>', 'programme file')
    .option('--gap <share>', 'end when no plan can be better by more than this share', zeroOrMore, 0.01)
    .option('--time-limit <seconds>', 'end after so many seconds', zeroOrMore, 60)
    .option('--incumbent <plan>', 'the plan that people know, to be changed as little as can be')
    .option('--out <file>', 'write the answer there instead of to standard output')
    .action(async (file: string, options: PlanFlags) => {
      const programme = readProgramme(readText(file));
      const incumbent = known(options.incumbent);
      let isInterrupted = false;
      process.once('SIGINT', () => (isInterrupted = true));
      // The clock of the process starts with it, so that reading the file is within the limit.
      const left = (): number => (isInterrupted ? 0 : options.timeLimit - performance.now() / 1000);
      const clock = { left, stop: () => left() <= 0 };
      const answer = await answerPlan(
        { programme, incumbent },
        { gap: options.gap, clock, onProgress: reporter() },
      );
      write(`${JSON.stringify(planFile(answer), null, 2)}\n`, options.out);
      console.error(planInWords(programme, answer));
    });
}

function addCheck(match: Command): void {
  match
    .command('check')
    .description('hold an answer against the rules, and compute its scores anew')
    .argument('<file>', 'programme file')
    .argument('<answer>', 'answer file')
    .option('--incumbent <plan>', 'the plan that people know')
    .action((file: string, answer: string, options: { incumbent?: string }) => {
      const programme = readProgramme(readText(file));
      const json = readText(answer);
      if ((parseJson(json) as { format?: unknown } | null)?.format === PLAN_FORMAT)
        tellPlan(programme, json, known(options.incumbent));
      else tellTeams(programme, json);
    });
}

function tellTeams(programme: Programme, json: string): void {
  const teams = checkTeams(programme, json);
  for (const { rank, score, broken } of teams)
    tell(`team ${String(rank)}: ${score === null ? 'no score' : `score ${String(score)}`}`, broken);
  if (teams.length === 0) console.log('no team in the answer, and so no rule broken');
}

function tellPlan(programme: Programme, json: string, incumbent: Assignment[]): void {
  const { score, disruption, broken } = checkPlan(programme, readPlan(json), incumbent);
  tell(
    `plan: ${score === null ? 'no score' : `score ${String(score)}, disruption ${String(disruption)}`}`,
    broken,
  );
}

function tell(what: string, broken: string[]): void {
  console.log(`${what}${broken.length === 0 ? ', every rule kept' : ''}`);
  for (const rule of broken) console.log(`  ${rule}`);
  if (broken.length > 0) process.exitCode = 1;
}

function known(path: string | undefined): Assignment[] {
  return path === undefined ? [] : readPlan(readText(path)).assignments;
}

const MS_BETWEEN_REPORTS = 1000;

/** Tells on standard error how far the plan has come, once a second at most. */
function reporter(): (progress: Progress) => void {
  let last = -Infinity;
  return ({ phase, value, bound }) => {
    const now = performance.now();
    if (now - last < MS_BETWEEN_REPORTS) return;
    last = now;
    const most =
      bound === Infinity
        ? 'no bound yet'
        : `no plan above ${bound.toFixed(0)} (${(((bound - value) / Math.max(1, Math.abs(bound))) * 100).toFixed(2)}%)`;
    console.error(`${phase}: score ${String(value)}, ${most}`);
  };
}

function atLeastOne(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError(`Found "${text}"; allowed: a whole number of 1 or more.`);
  return value;
}

function zeroOrMore(text: string): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError(`Found "${text}"; allowed: a number of 0 or more.`);
  return value;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new BadInput([
      {
        path,
        found: error instanceof Error ? error.message : String(error),
        allowed: 'a file that can be read',
      },
    ]);
  }
}

function write(text: string, path: string | undefined): void {
  if (path === undefined) process.stdout.write(text);
  else writeFileSync(path, text);
}
