import { strFromU8, unzipSync } from 'fflate';
import readWorkbook from 'read-excel-file/node';
import writeXlsx from 'write-excel-file/node';
import { Lists } from '../../src/imports/lists.js';
import { PEER_CLASSES } from '../../src/matching/problem/programme.js';
import { uploaded } from '../../src/web/imports.js';
import { bring } from '../support/importing.js';
import type { PageSession } from '../support/page-session.js';
import { signedIn } from '../support/people.js';
import { Service } from '../support/service.js';

let service: Service;
let office: PageSession;

beforeAll(async () => {
  service = await Service.start({ example: true });
  office = await signedIn(service, 'programme');
}, 60_000);
afterAll(() => service.stop());

interface Sheet {
  sheet: string;
  data: (string | null)[][];
}

async function template(path: string): Promise<{ sheets: Sheet[]; xml: string; body: Buffer }> {
  const { status, body } = await office.bytes(path);
  expect(status).toBe(200);
  const xml = strFromU8(unzipSync(body)['xl/worksheets/sheet1.xml'] ?? new Uint8Array());
  return { sheets: (await readWorkbook(body)) as unknown as Sheet[], xml, body };
}

describe('an empty workbook for a list', () => {
  it('has its columns, and says of each what it may hold, for every list', async () => {
    for (const [name, { columns, about }] of service.app.get(Lists).all) {
      if (name === 'signals') continue; // which are told in confidence: the office has none of them
      const { sheets } = await template(`/imports/templates/${name}${about ? '?about=2026' : ''}`);
      expect([name, sheets.map(({ sheet }) => sheet)]).toEqual([
        name,
        [name.replaceAll('-', ' '), 'Columns', 'Choices', 'About'],
      ]);
      expect([name, sheets[0]?.data]).toEqual([name, [[...columns]]]);
      expect(sheets[1]?.data.slice(1).map(([column]) => column)).toEqual([...columns]);
      const silent = sheets[1]?.data.slice(1).filter(([, , says]) => (says ?? '') === '');
      expect([name, silent]).toEqual([name, []]);
    }
  });

  it('lets one choose where there are few values, and filter', async () => {
    const { sheets, xml } = await template('/imports/templates/peers');
    const choices = sheets[2]?.data ?? [];
    const at = choices[0]?.indexOf('class') ?? -1;
    expect(choices.slice(1).flatMap((cells) => cells[at] ?? [])).toEqual([...PEER_CLASSES]);
    const letter = String.fromCharCode(65 + at);
    expect(xml).toContain('<autoFilter ref="A1:U1"/>');
    expect(xml).toContain(
      `sqref="E2:E20000"><formula1>Choices!$${letter}$2:$${letter}$${String(PEER_CLASSES.length + 1)}</formula1>`,
    );
    const words = new Map(sheets[1]?.data.map(([column, isNeeded, says]) => [column, [isNeeded, says]]));
    expect(words.get('name')?.[0]).toBe('yes');
    expect(words.get('email')?.[1]).toBe('an e-mail address');
    expect(words.get('max_days')?.[1]).toBe('a whole number from 0 to 366');
  });

  it('comes back as it is with nothing in it, and filled with what it says', async () => {
    const { body, sheets } = await template('/imports/templates/offers');
    expect((await bring(office, { what: 'offers', content: body })).text).toContain('holds no rows');
    const row = sheets[0]?.data[0]?.map(
      (column) =>
        ({ council: 'E08000028', made_on: '03/11/2026', ...firstChoices(sheets) })[column ?? ''] ?? '',
    );
    const data = [sheets[0]?.data[0] ?? [], row ?? []].map((cells) =>
      cells.map((value) => ({ value, type: String })),
    );
    const file = await writeXlsx([
      { data: [[{ value: 'Not the list', type: String }]], sheet: 'Notes' },
      { data, sheet: 'Offers' },
    ] as never).toBuffer();
    const { text } = await bring(office, { what: 'offers', content: file }, 'check');
    expect(text).toContain('It would add 1 row');
    expect(text).toContain(
      'Read as the sheet “Offers” of a workbook, 1 other sheet left out, dates day first.',
    );
  });

  it('is of a list that there is, and for those who bring it', async () => {
    expect((await office.get('/imports/templates/songs')).status).toBe(404);
    const adviser = await signedIn(service, 'adviser', { region: 'London' });
    expect((await adviser.get('/imports/templates/peers')).status).toBe(403);
    expect((await adviser.get('/imports/templates/supports')).status).toBe(200);
  });
});

const firstChoices = (sheets: Sheet[]): Record<string, string> =>
  Object.fromEntries(
    (sheets[2]?.data[0] ?? []).map((column, at): [string, string] => [
      column ?? '',
      sheets[2]?.data[1]?.[at] ?? '',
    ]),
  );

describe('a workbook with hidden rows', () => {
  it('is read whole, and says so', async () => {
    const cell = (value: string) => ({ value, type: String });
    const data = [['council'], ['E08000028'], ['E08000029']].map((cells) => cells.map(cell));
    const hide = {
      files: {
        transform: {
          'xl/worksheets/sheet{id}.xml': {
            transform: (xml: string) => xml.replace('<row r="2"', '<row r="2" hidden="1"'),
          },
        },
      },
    };
    const buffer = await writeXlsx([{ data, sheet: 'x' }] as never, { features: [hide] } as never).toBuffer();
    const { text, as } = await uploaded({ buffer });
    expect([text.trim().split('\n'), as]).toEqual([
      ['council', 'E08000028', 'E08000029'],
      ['the sheet “x” of a workbook', '1 hidden row read too'],
    ]);
  });
});
