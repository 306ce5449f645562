import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Lists } from '../../src/imports/lists.js';
import { bring } from '../support/importing.js';
import type { PageSession } from '../support/page-session.js';
import { signedIn } from '../support/people.js';
import { Service } from '../support/service.js';

const run = promisify(execFile);

/** Another program of offices, of the long campaign and where it is installed. */
function isThere(): boolean {
  try {
    execFileSync('soffice', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const isTried = Boolean(process.env.FIGURES) && isThere();
if (process.env.FIGURES && !isTried)
  console.warn('LibreOffice is not installed: what it saves is not tried.');

const describeWhere = isTried ? describe : describe.skip;

describeWhere('a list that LibreOffice opened and saved', () => {
  let service: Service;
  let office: PageSession;
  let folder: string;

  beforeAll(async () => {
    service = await Service.start({ example: true });
    office = await signedIn(service, 'programme');
    folder = mkdtempSync(join(tmpdir(), 'office-'));
  }, 120_000);
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await service.stop();
  });

  async function saved(name: string, content: Buffer, from: string, to: string): Promise<Buffer> {
    writeFileSync(join(folder, `${name}.${from}`), content);
    const out = join(folder, 'out');
    await run('soffice', [
      '--headless',
      ...(from === 'csv' ? ['--infilter=CSV:44,34,76,1,,2057,false,true'] : []),
      `-env:UserInstallation=file://${folder}/profile`,
      '--convert-to',
      to,
      '--outdir',
      out,
      join(folder, `${name}.${from}`),
    ]);
    return readFileSync(join(out, `${name}.${to.split(':')[0] ?? ''}`));
  }

  it('comes back unchanged, as a workbook and as CSV', async () => {
    for (const [name, list] of service.app.get(Lists).all) {
      if (list.about || name === 'signals' || name === 'past-seats' || name === 'history') continue;
      const path = list.saved('');
      const workbook = (await office.bytes(path.replace(/\.csv$/, '.xlsx'))).body;
      const csv = (await office.bytes(path)).body;
      for (const content of [
        await saved(name, workbook, 'xlsx', 'xlsx'),
        await saved(name, csv, 'csv', 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false'),
      ]) {
        const { text } = await bring(office, { what: name, content }, 'check');
        const said = /<p class="govuk-body"> ?<strong>Checked.*?<\/p>|<ul class="govuk-list.*?<\/ul>/s.exec(
          text,
        )?.[0];
        expect([name, said]).toEqual([name, expect.stringContaining('It would change nothing')]);
      }
    }
  }, 900_000);
});
