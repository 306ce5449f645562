import type { Command } from 'commander';
import { ROLES } from '../people/permissions.js';
import { readServiceSettings, readSettings } from '../settings.js';
import type { TokenOptions } from './admin-work.js';
import { addAccountWork, addOperatorCommands } from './operator.cli.js';

/** The work is read only when it is asked for: other commands start without the database and all that belongs to it. */
const work = () => import('./admin-work.js');

const NO_ROLE =
  'There is no role critical_friend_app, and it could not be made: web and worker can only run as the owner, who could change the audit trail. Run "CREATE ROLE critical_friend_app NOLOGIN" as an administrator of the server, and migrate again.';

/** What an administrator does from the command line; DATABASE_URL says where. */
export function addAdminCommands(program: Command): void {
  program
    .command('migrate')
    .description('bring the database up to date')
    .action(async () => {
      const { prepareDatabase } = await import('./prepare-database.js');
      const granted = await prepareDatabase(readSettings().DATABASE_URL);
      console.log('The database is up to date.');
      if (!granted) console.log(NO_ROLE);
    });
  program
    .command('doctor')
    .description('look at everything that web and worker stand on, and say what to do; changes nothing')
    .action(async () => {
      const { diagnose } = await import('./doctor.js');
      const { lines, isWell } = await diagnose(readServiceSettings());
      for (const line of lines) console.log(line);
      if (!isWell) process.exitCode = 1;
    });
  addTokenCommands(program);
  addAccountCommand(program);
  addOperatorCommands(program);
  addRestoreCommands(program);
  addAuditCommand(program);
}

function addAuditCommand(program: Command): void {
  program
    .command('audit')
    .description('the audit trail')
    .command('verify')
    .description('say whether the chain of the audit trail is whole')
    .option(
      '--anchors <file>',
      'a log of the worker, or the file of AUDIT_ANCHORS; SESSION_SECRET as it was when they were written',
    )
    .action(async ({ anchors }: { anchors?: string }) => {
      const fault = await (await work()).trailFault(readSettings().DATABASE_URL);
      const outside = anchors ? await (await work()).checkAnchored(readSettings(), anchors) : null;
      const lacks = fault ?? outside?.lacks ?? null;
      console.log(lacks === null ? 'The audit trail is whole.' : `The audit trail is not whole: ${lacks}`);
      if (outside?.unchecked) console.log(outside.unchecked);
      if (lacks !== null) process.exitCode = 1;
    });
}

function addTokenCommands(program: Command): void {
  const token = program.command('token').description('API tokens');
  token
    .command('create')
    .description('make a token; it is shown once and stored as a hash')
    .requiredOption('--role <role>', ROLES.join(', '))
    .option('--name <name>', 'what it is for', 'made on the command line')
    .option('--region <region>', 'the region of an adviser')
    .option('--council <code>', 'the code of a council')
    .option('--peer <id>', 'the id of a peer')
    .option('--party <party>', 'the party of a group office')
    .option('--days <days>', 'how long it holds, 1 to 365; a year unless told')
    .option('--read-only', 'it reads, and changes nothing', false)
    .action(async (options: TokenOptions) => {
      console.log(await (await work()).makeToken(readSettings(), options));
    });
  token
    .command('list')
    .description('who has tokens, until when, and when they were last used')
    .action(async () => {
      for (const line of await (await work()).tokenLines(readSettings())) console.log(line);
    });
  token
    .command('revoke <id>')
    .description('end a token; it opens nothing from now on')
    .action(async (id: string) => {
      await (await work()).endToken(readSettings(), id);
      console.log('The token is ended.');
    });
}

function addRestoreCommands(program: Command): void {
  const restore = program.command('restore').description('after a database was restored from a copy');
  restore
    .command('hold')
    .description('hold messages and jobs back; a copy that was dumped and restored holds them by itself')
    .action(async () => {
      await (await work()).holdWork(readSettings().DATABASE_URL);
      console.log('Messages and jobs are held.');
    });
  restore
    .command('release')
    .description('let messages and jobs go; messages that waited already in the copy are parked')
    .option('--send', 'send those too: the original has not sent them', false)
    .action(async (options: { send: boolean }) => {
      console.log(await (await work()).releaseWork(readSettings().DATABASE_URL, options));
    });
}

function addAccountCommand(program: Command): void {
  const account = program.command('account').description('people who sign in');
  addAccountWork(account);
  account
    .command('reset-second-step <email>')
    .description('take the second step of somebody away; it is set up anew at the next sign-in')
    .action(async (email: string) => {
      await (await work()).resetSecondStep(readSettings().DATABASE_URL, email);
      console.log('The second step is taken away, and the sessions are ended.');
    });
  account
    .command('create')
    .description('make an account of staff; codes are sent to its address')
    .requiredOption('--role <role>', 'programme or admin; they make the others on the page of accounts')
    .requiredOption('--email <email>', 'where codes are sent')
    .requiredOption('--name <name>', 'the name of the person')
    .action(async (options: { role: string; email: string; name: string }) => {
      await (await work()).makeAccount(readSettings().DATABASE_URL, options);
      console.log(`${options.name} may sign in as ${options.role}.`);
    });
}
