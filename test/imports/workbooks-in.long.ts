import { deflateRawSync } from 'node:zlib';
import { unzipSync, zipSync } from 'fflate';
import writeXlsx from 'write-excel-file/node';
import type { PageSession } from '../support/page-session.js';
import { signedIn } from '../support/people.js';
import { bring, type Brought } from '../support/importing.js';
import { SAVED } from '../support/saved-lists.js';
import { Service } from '../support/service.js';
import { unpackedSize } from '../../src/web/zip-size.js';

let service: Service;
let office: PageSession;

beforeAll(async () => {
  service = await Service.start({ example: true });
  office = await signedIn(service, 'programme');
}, 60_000);
afterAll(() => service.stop());

describe('a workbook that comes in', () => {
  const send = (what: string, content: Buffer): Promise<Brought> => bring(office, { what, content });

  it.each(Object.entries(SAVED))('as it was saved changes nothing: %s', async (what, path) => {
    const { body } = await office.bytes(`${path}.xlsx`);
    const { text } = await send(what, body);
    expect(text.replace(/\s+/g, ' ')).toMatch(
      /It would change nothing; [\d,]+ rows? would stay as (it is|they are)\. Read as the sheet “[\w ]+” of a workbook\./,
    );
  });

  it('is read with days and numbers as they are, blank rows counted', async () => {
    const text = (value: string) => ({ value, type: String });
    const day = { value: new Date('2027-03-01T00:00:00Z'), type: Date, format: 'dd/mm/yyyy' };
    const data = [
      ['type', 'title', 'held_on', 'valid_months'].map(text),
      [null, null, null, null],
      [text('training'), text('A day on finance'), day, { value: 24, type: Number }],
      [text('training'), text('A day on nothing'), text('never'), { value: 1.5, type: Number }],
    ];
    const file = await writeXlsx(data as never).toBuffer();
    const refused = await send('events', file);
    expect(refused.isRefused).toBe(true);
    expect(refused.text).toContain('Row 4, held_on: found &quot;never&quot;');
    expect(refused.text).toContain('Row 4, valid_months: found &quot;1.5&quot;');
    const taken = await send('events', await writeXlsx(data.slice(0, 3) as never).toBuffer());
    expect(taken.text).toContain('1 row added');
    const [event] = await service.source.query<object[]>(
      `SELECT held_on::text, valid_months FROM events WHERE title = 'A day on finance'`,
    );
    expect(event).toEqual({ held_on: '2027-03-01', valid_months: 24 });
  });

  it('is refused where a cell came to a fault, or nobody saved what a formula comes to: neither is empty', async () => {
    const cell = (at: string, text: string): string =>
      `<c r="${at}" t="inlineStr"><is><t>${text}</t></is></c>`;
    const sheet = `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
      <row r="1">${cell('A1', 'type')}${cell('B1', 'title')}${cell('C1', 'held_on')}${cell('D1', 'valid_months')}</row>
      <row r="2">${cell('A2', 'training')}${cell('B2', 'A day')}<c r="C2" t="e"><f>NA()</f><v>#N/A</v></c><c r="D2"><f>6*4</f></c></row>
      <row r="4"><c r="A4" t="e"><v>#REF!</v></c></row>
      </sheetData></worksheet>`;
    const data = [['type', 'title', 'held_on', 'valid_months'].map((value) => ({ value, type: String }))];
    const parts = unzipSync(await writeXlsx(data as never).toBuffer());
    const name = Object.keys(parts).find((one) => /sheet1\.xml$/.test(one)) ?? '';
    const refused = await send('events', Buffer.from(zipSync({ ...parts, [name]: Buffer.from(sheet) })));
    expect(refused.isRefused).toBe(true);
    expect(refused.text).toContain('Row 2, held_on: found &quot;#N/A&quot;');
    expect(refused.text).toContain('Row 2, valid_months: found &quot;#CALC!&quot;');
    expect(refused.text).toContain('Row 4, type: found &quot;#REF!&quot;');
  });

  it('of an older Excel, or with a password, is told apart', async () => {
    const { text, isRefused } = await send(
      'events',
      Buffer.from('d0cf11e0a1b11ae1'.padEnd(1024, '0'), 'hex'),
    );
    expect(isRefused).toBe(true);
    expect(text).toContain('Found a workbook of an older Excel (.xls), or one with a password');
  });

  it.each<[string, () => Buffer]>([
    ['an archive of something else', () => archive({ 'letter.txt': Buffer.from('Dear peer') })],
    [
      'an archive that comes to gigabytes',
      () => archive({ 'xl/worksheets/sheet1.xml': Buffer.alloc(100_000_000) }),
    ],
    [
      'an archive that says less of itself than it is',
      () => archive({ 'xl/a.xml': Buffer.alloc(100_000_000) }, 1000),
    ],
    ['an archive cut in the middle', () => archive({ 'xl/a.xml': Buffer.alloc(5000, 7) }).subarray(0, 60)],
  ])('is refused in words: %s', async (_, file) => {
    const { isRefused, text } = await send('peers', file());
    expect([isRefused, text]).toEqual([true, expect.stringMatching(/too large to read|no Excel workbook/)]);
  });

  it('is measured in parts that are not packed, too', () => {
    const file = archive({ a: Buffer.alloc(1000), b: Buffer.alloc(500) }, undefined, false);
    expect([unpackedSize(file, 1500), unpackedSize(file, 1499)]).toEqual([1500, Infinity]);
  });

  it('is measured part by part', () => {
    const file = archive({ a: Buffer.alloc(1000), b: Buffer.alloc(500) });
    expect([unpackedSize(file, 1500), unpackedSize(file, 1499), unpackedSize(Buffer.from('PK'), 10)]).toEqual(
      [1500, Infinity, null],
    );
  });
});

/** An archive as others write it; `said` is what it says that each part comes to. */
function archive(parts: Record<string, Buffer>, said?: number, isPacked = true): Buffer {
  const [locals, entries]: [Buffer[], Buffer[]] = [[], []];
  let at = 0;
  for (const [name, content] of Object.entries(parts)) {
    const packed = isPacked ? deflateRawSync(content) : content;
    const head = (signature: number, bytes: number, shift: number): Buffer => {
      const one = Buffer.alloc(bytes);
      one.writeUInt32LE(signature, 0);
      one.writeUInt16LE(isPacked ? 8 : 0, 8 + shift);
      one.writeUInt32LE(packed.length, 18 + shift);
      one.writeUInt32LE(said ?? content.length, 22 + shift);
      one.writeUInt16LE(name.length, 26 + shift);
      return Buffer.concat([one, Buffer.from(name)]);
    };
    const entry = head(0x02014b50, 46, 2);
    entry.writeUInt32LE(at, 42);
    const local = Buffer.concat([head(0x04034b50, 30, 0), packed]);
    locals.push(local);
    entries.push(entry);
    at += local.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, directory, end]);
}
