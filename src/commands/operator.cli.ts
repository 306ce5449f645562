import type { Command } from 'commander';
import { amount } from '../english/words.js';
import type { Settlement } from '../operations/failed-jobs.js';
import { readSettings } from '../settings.js';

/** The work is read only when it is asked for: other commands start without the database and all that belongs to it. */
const work = () => import('./operator-work.js');

/** What an operator looks at and puts right without a page; each change stands in the audit trail with the user of the operating system. */
export function addOperatorCommands(program: Command): void {
  addMessageCommands(program);
  addJobCommands(program);
  program
    .command('retention')
    .description('how long data is kept')
    .command('run')
    .description('remove now what is older than policy says, as every night does')
    .action(async () => {
      print(await (await work()).runRetention(readSettings()));
    });
}

/** Commands about accounts besides those that make them. */
export function addAccountWork(account: Command): void {
  account
    .command('list')
    .description('who may sign in, and as whom')
    .action(async () => {
      print(await (await work()).accountLines(readSettings()));
    });
  account
    .command('disable <email>')
    .description('sign somebody out everywhere, and let them in no more; they are told')
    .action(async (email: string) => {
      await (await work()).disableAccount(readSettings(), email);
      console.log('The account is disabled, and its sessions are ended.');
    });
  account
    .command('end-sessions <email>')
    .description('sign somebody out everywhere')
    .action(async (email: string) => {
      await (await work()).endSessions(readSettings(), email);
      console.log('The sessions are ended.');
    });
}

function addMessageCommands(program: Command): void {
  const message = program.command('message').description('mail that goes out');
  message
    .command('list')
    .description('what is not sent: waiting, parked after all tries, or refused; without addresses')
    .action(async () => {
      print(await (await work()).messageLines(readSettings()));
    });
  message
    .command('retry')
    .description('try again what is parked, once the mail server is well')
    .action(async () => {
      const messages = await (await work()).retryMessages(readSettings());
      console.log(`${amount(messages, 'message')} will be tried again.`);
    });
}

function addJobCommands(program: Command): void {
  const job = program.command('job').description('work in the queues');
  job
    .command('list')
    .description('what was given up after all tries')
    .action(async () => {
      print(await (await work()).jobLines(readSettings()));
    });
  const settle = (what: Settlement, description: string, said: string): void => {
    job
      .command(`${what} <queue> <id>`)
      .description(description)
      .action(async (queue: string, id: string) => {
        await (await work()).settleFailed(readSettings(), queue, id, what);
        console.log(said);
      });
  };
  settle('retry', 'try one of them once more', 'It is tried again.');
  settle('drop', 'drop one of them for good', 'It is dropped.');
}

function print(lines: readonly string[]): void {
  for (const line of lines.length > 0 ? lines : ['None.']) console.log(line);
}
