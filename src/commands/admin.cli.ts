import type { Command } from 'commander';
import { Council } from '../councils/council.entity.js';
import { prepareDatabase, withSource, withDatabase } from './prepare-database.js';
import { Account } from '../people/account.entity.js';
import { firstBroken, chainWaiting } from '../people/audit.js';
import { ROLES, type Role } from '../people/permissions.js';
import { createToken } from '../people/tokens.js';
import { readSettings } from '../settings.js';

interface TokenOptions {
  role: string;
  name: string;
  region?: string;
  council?: string;
  peer?: string;
  party?: string;
}

/** What an administrator does from the command line; DATABASE_URL says where. */
export function addAdminCommands(program: Command): void {
  program
    .command('migrate')
    .description('bring the database up to date')
    .action(() => prepareDatabase(readSettings().DATABASE_URL));

  program
    .command('token')
    .description('API tokens')
    .command('create')
    .description('make a token; it is shown once and stored as a hash')
    .requiredOption('--role <role>', ROLES.join(', '))
    .option('--name <name>', 'what it is for', 'made on the command line')
    .option('--region <region>', 'the region of an adviser')
    .option('--council <code>', 'the code of a council')
    .option('--peer <id>', 'the id of a peer')
    .option('--party <party>', 'the party of a group office')
    .action(async (options: TokenOptions) => {
      console.log(await makeToken(readSettings().DATABASE_URL, options));
    });

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

async function makeToken(
  url: string,
  { role, name, region, council, peer, party }: TokenOptions,
): Promise<string> {
  if (!ROLES.includes(role as Role))
    throw new Error(`Found the role "${role}"; allowed: ${ROLES.join(', ')}.`);
  return withSource(url, async ({ manager }) => {
    const host = council === undefined ? null : await manager.findOneBy(Council, { code: council });
    if (council !== undefined && !host)
      throw new Error(`Found the council "${council}"; allowed: a code of the register.`);
    return createToken(manager, {
      name,
      role: role as Role,
      ...(region ? { region } : {}),
      ...(host ? { councilId: host.id } : {}),
      ...(peer ? { peerId: peer } : {}),
      ...(party ? { party } : {}),
    });
  });
}
