import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import { amount } from '../english/words.js';
import type { ImportChangeView, ImportView } from '../imports/imports.dto.js';
import { ADDRESS, askService, TOKEN, type Asker } from './ask-service.js';

const LOOK_MS = 200;
/** How many rows and faults are told. */
const MOST_LINES = 20;
const CSV = 'text/csv';
const WORKBOOK = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const AT_WORK = ['waiting', 'entering', 'undoing'];

interface Flags extends Asker {
  about?: string;
  enter: boolean;
}

/** `import`: has a running service check a file for a list, and enter it where that is said. */
export function addImportCommand(program: Command): void {
  program
    .command('import <list> <file>')
    .description('check a CSV file or a workbook for a list, such as peers, and say what it would do')
    .option(
      '--about <what>',
      'of a list that there is for each year: which; of availability: days that it stands for whole, 2026-09-01/2027-03-31',
    )
    .option('--enter', 'enter it, all rows or none', false)
    .option(...ADDRESS)
    .option(...TOKEN)
    .action(async (list: string, file: string, { about, enter, ...asker }: Flags) => {
      const bytes = await readFile(file);
      const type = file.toLowerCase().endsWith('.xlsx') ? WORKBOOK : CSV;
      const path = `lists/${encodeURIComponent(list)}/imports${about ? `?about=${encodeURIComponent(about)}` : ''}`;
      const looked = await settled(
        asker,
        await askService<ImportView>(asker, 'POST', path, { body: { bytes, type } }),
      );
      if (looked.state !== 'checked') {
        refuse(looked);
        return;
      }
      console.log(wordsOf(looked, 'would be'));
      for (const line of await changeLines(asker, looked)) console.log(line);
      if (!enter) return;
      const { id, digest } = looked;
      const entry = await askService<ImportView>(asker, 'POST', `imports/${id}/entry`, { body: { digest } });
      const done = await settled(asker, entry);
      if (done.state !== 'entered') refuse(done);
      else console.log(`Entered. To take it back: POST /api/imports/${id}/undo.`);
    });
}

async function settled(asker: Asker, one: ImportView): Promise<ImportView> {
  let [now, told] = [one, ''];
  while (AT_WORK.includes(now.state)) {
    const news = now.done > 0 ? `${now.state}: ${String(now.done)} of ${amount(now.rows, 'row')}` : now.state;
    if (news !== told) console.error(news);
    told = news;
    await pause(LOOK_MS);
    now = await askService<ImportView>(asker, 'GET', `imports/${one.id}`);
  }
  return now;
}

const wordsOf = ({ counts, told }: ImportView, verb: string): string => {
  const { added = 0, changed = 0, gone = 0, unchanged = 0 } = counts ?? {};
  return `${told} ${amount(added, 'row')} ${verb} added, ${String(changed)} changed, ${String(gone)} taken away; ${String(unchanged)} stay as they are.`;
};

async function changeLines(asker: Asker, { id }: ImportView): Promise<string[]> {
  const changes = await askService<ImportChangeView[]>(
    asker,
    'GET',
    `imports/${id}/changes?limit=${String(MOST_LINES)}`,
  );
  return changes.map(({ kind, name, cells }) => {
    const said = cells.map(({ column, was, is }) =>
      kind === 'changed' ? `${column}: ${was} → ${is}` : `${column}: ${is || was}`,
    );
    return `${kind}  ${name}: ${said.join('; ')}`;
  });
}

/** Says why nothing was done; the exit status is that of bad input. */
function refuse(one: ImportView): void {
  console.error(faultLines(one));
  process.exitCode = 2;
}

const faultLines = ({ told, faults }: ImportView): string =>
  [
    told,
    ...faults.slice(0, MOST_LINES).map(({ pointer, detail }) => (pointer ? `${pointer}: ${detail}` : detail)),
  ].join('\n');
