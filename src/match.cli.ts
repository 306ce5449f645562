import { readFileSync, writeFileSync } from 'node:fs';
import { InvalidArgumentError, type Command } from 'commander';
import { checkTeams } from './matching/check.js';
import { readProgramme } from './matching/programme-file.js';
import { BadInput } from './matching/reader.js';
import { answerTeams } from './matching/teams-answer.js';

/** `match teams` and `match check`: programme files in, answers out, no database. */
export function addMatchCommands(program: Command): void {
  const match = program.command('match').description('ask the matching engine about a programme file');
  match
    .command('teams')
    .description('the best teams for one challenge, exact')
    .argument('<file>', 'programme file')
    .option('--challenge <id>', 'the challenge, when the file has several')
    .option('--top <number>', 'how many teams', atLeastOne, 3)
    .option('--out <file>', 'write the answer there instead of to standard output')
    .action((file: string, options: { challenge?: string; top: number; out?: string }) => {
      const answer = answerTeams(readProgramme(readText(file)), options.challenge, options.top);
      write(`${JSON.stringify(answer, null, 2)}\n`, options.out);
    });
  match
    .command('check')
    .description('hold an answer against the rules, and compute its scores anew')
    .argument('<file>', 'programme file')
    .argument('<answer>', 'answer file')
    .action((file: string, answer: string) => {
      const teams = checkTeams(readProgramme(readText(file)), readText(answer));
      for (const { rank, score, broken } of teams) {
        console.log(
          `team ${String(rank)}: ${score === null ? 'no score' : `score ${String(score)}`}${broken.length === 0 ? ', every rule kept' : ''}`,
        );
        for (const rule of broken) console.log(`  ${rule}`);
      }
      if (teams.length === 0) console.log('no team in the answer, and so no rule broken');
      if (teams.some(({ broken }) => broken.length > 0)) process.exitCode = 1;
    });
}

function atLeastOne(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError(`Found "${text}"; allowed: a whole number of 1 or more.`);
  return value;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new BadInput([{ path, found: error instanceof Error ? error.message : String(error), allowed: 'a file that can be read' }]);
  }
}

function write(text: string, path: string | undefined): void {
  if (path === undefined) process.stdout.write(text);
  else writeFileSync(path, text);
}
