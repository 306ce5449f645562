import type { Command } from 'commander';
import { prepareDatabase, withSource, withDatabase } from './prepare-database.js';
import { isUUID } from 'class-validator';
import { SYSTEM } from '../people/access.js';
import { Account } from '../people/account.entity.js';
import { firstBroken, chainWaiting } from '../people/audit.js';
import { ROLES, type Role } from '../people/permissions.js';
import type { ApiToken } from '../people/api-token.entity.js';
import { MOST_DAYS } from '../people/tokens.js';
import { TokensService } from '../people/tokens.service.js';
import { Problem } from '../web/problems.js';
import { readSettings } from '../settings.js';

interface TokenOptions {
  role: string;
  name: string;
  region?: string;
  council?: string;
  peer?: string;
  party?: string;
  days: string;
  readOnly: boolean;
}

/** What an administrator does from the command line; DATABASE_URL says where. */
export function addAdminCommands(program: Command): void {
  program
    .command('migrate')
    .description('bring the database up to date')
    .action(() => prepareDatabase(readSettings().DATABASE_URL));

  addTokenCommands(program);
  addAccountCommand(program);
  program
    .command('audit')
    .description('the audit trail')
    .command('verify')
    .description('say whether the chain of the audit trail is whole')
    .action(async () => {
      const broken = await withDatabase(readSettings().DATABASE_URL, async (db) => {
        await db.transact(chainWaiting);
        return firstBroken(db);
      });
      console.log(
        broken === null ? 'The audit trail is whole.' : `The audit trail is broken at entry ${broken}.`,
      );
      if (broken !== null) process.exitCode = 1;
    });
}

function addAccountCommand(program: Command): void {
  program
    .command('account')
    .description('people who sign in')
    .command('create')
    .description('make an account of staff; codes are sent to its address')
    .requiredOption('--role <role>', 'programme or admin; they make the others on the page of accounts')
    .requiredOption('--email <email>', 'where codes are sent')
    .requiredOption('--name <name>', 'the name of the person')
    .action(async ({ role, email, name }: { role: string; email: string; name: string }) => {
      if (role !== 'programme' && role !== 'admin')
        throw new Error(`Found the role "${role}"; allowed: programme, admin.`);
      await withSource(readSettings().DATABASE_URL, ({ manager }) =>
        manager.save(Account, { email: email.toLowerCase(), name, role }),
      );
      console.log(`${name} may sign in as ${role}.`);
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
    .option('--days <days>', 'how long it holds, 1 to 365', String(MOST_DAYS))
    .option('--read-only', 'it reads, and changes nothing', false)
    .action(async (options: TokenOptions) => {
      console.log(await withTokens((tokens) => makeToken(tokens, options)));
    });
  token
    .command('list')
    .description('who has tokens, until when, and when they were last used')
    .action(async () => {
      for (const one of await withTokens((tokens) => tokens.list()))
        console.log(
          [one.id, one.name, one.role, stateOf(one), `last used: ${one.lastUsedOn ?? 'never'}`].join('  '),
        );
    });
  token
    .command('revoke <id>')
    .description('end a token; it opens nothing from now on')
    .action(async (id: string) => {
      if (!isUUID(id))
        throw new Error(`Found "${id}"; allowed: the id of a token, as "token list" shows it.`);
      await withTokens((tokens) => tokens.revoke(SYSTEM, id));
      console.log('The token is ended.');
    });
}

const withTokens = <T>(work: (tokens: TokensService) => Promise<T>): Promise<T> =>
  withDatabase(readSettings().DATABASE_URL, (db) => work(new TokensService(db)));

const stateOf = ({ revokedAt, expiresAt }: ApiToken): string =>
  revokedAt ? 'ended' : `until ${expiresAt.toISOString().slice(0, 10)}`;

function makeToken(tokens: TokensService, { role, days, ...options }: TokenOptions): Promise<string> {
  if (!ROLES.includes(role as Role))
    throw new Error(`Found the role "${role}"; allowed: ${ROLES.join(', ')}.`);
  const wanted = { ...options, role: role as Role, days: Number(days) };
  return tokens.make(SYSTEM, wanted).catch((error: unknown) => {
    const [first] = error instanceof Problem ? error.errors : [];
    throw first ? new Error(`${first.pointer.replace('/', '--')}: ${first.detail}`) : error;
  });
}
