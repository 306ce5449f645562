import { Command, InvalidArgumentError } from 'commander';
import { addAdminCommands } from './commands/admin.cli.js';
import { addImportCommand } from './commands/import.cli.js';
import { addMatchCommands } from './commands/match.cli.js';
import { addPlanYearCommand } from './commands/plan-year.cli.js';
import { explain } from './operations/explain.js';
import { BadInput } from './matching/files/reader.js';

/** Command line. Exit status 0: done; 1: an answer breaks a rule, or the work failed; 2: bad input. */
const program = new Command('cli').description('Critical Friend, from the command line').exitOverride();
addMatchCommands(program);
addPlanYearCommand(program);
addImportCommand(program);
addAdminCommands(program);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCode(error);
}

function exitCode(error: unknown): number {
  if (error instanceof BadInput) {
    console.error(error.message);
    return 2;
  }
  if (error instanceof InvalidArgumentError) return 2;
  if (error instanceof Error && 'exitCode' in error) return error.exitCode === 0 ? 0 : 2; // commander has said what is wrong
  console.error(explain(error));
  return 1;
}
