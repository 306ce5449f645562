import { inflateRawSync } from 'node:zlib';
import type { DataSource } from 'typeorm';
import type { PEER_FIELDS } from '../../src/people/permissions.js';

export type Part = keyof typeof PEER_FIELDS;

export const PARTY = 'Quagga Alliance';
const SAID = '[^<>{}]{0,60}';

/** What each part of a peer looks like wherever it is shown: values that stand nowhere else. */
const MARKS: Record<Part, RegExp> = {
  party: /Quagga Alliance/i,
  contact: /@quince\.example|900461/i,
  limits: /Umbrage|2031-07-19|19 Jul(?:y)? 2031|2031-05-17|17 May 2031|\b347\b/,
  conflicts: /2032-08-13|13 Aug(?:ust)? 2032|2033-02-11|11 Feb(?:ruary)? 2033/,
  rating: new RegExp(`"rating":|"term":"rating"|rating 7\\b|[,;]rating[,;]|Rating${SAID}\\b7 of 10`),
  needs: /sled dogs/i,
};

/** Everybody of the pool has something of each part, and members have a party. */
export async function markPeers(source: DataSource): Promise<void> {
  await source.query(
    `UPDATE peers SET party = CASE WHEN class = 'member' THEN $1 END, email = left(id::text, 8) || '@quince.example',
       phone = '07700 900461', refused_regions = '{Umbrage}', released_until = '2031-07-19', max_days = 347, rating = 7,
       accreditations = (SELECT jsonb_agg(x || '{"expiresOn": "2031-05-17"}') FROM jsonb_array_elements(accreditations) x),
       conflicts = jsonb_build_array(jsonb_build_object('councilId', (SELECT id FROM councils WHERE code = 'E06000001'), 'type', 'contract', 'until', '2032-08-13')),
       homes = jsonb_build_array(jsonb_build_object('councilId', (SELECT id FROM councils WHERE code = 'E06000002'), 'from', '2033-02-11', 'to', NULL)),
       needs = '{"travel": "comes with sled dogs"}'`,
    [PARTY],
  );
}

/** The parts of peers that a text tells something of. */
export const partsIn = (text: string): Part[] =>
  (Object.keys(MARKS) as Part[]).filter((part) => MARKS[part].test(text));

/** The first figures of the ids of those whose addresses stand in a text. */
export const peersIn = (text: string): string[] =>
  [...text.matchAll(/([0-9a-f]{8})@quince\.example/g)].map(([, id = '']) => id);

const FIRST_FILE = 0x04034b50;
const DIRECTORY = 0x02014b50;

/** All that stands in the files of an archive, such as a workbook: read from its directory. */
export function textOfArchive(archive: Buffer): string {
  const texts: string[] = [];
  for (let at = archive.indexOf('PK\u0001\u0002'); at >= 0 && archive.readUInt32LE(at) === DIRECTORY;) {
    const [size, start] = [archive.readUInt32LE(at + 20), archive.readUInt32LE(at + 42)];
    if (archive.readUInt32LE(start) !== FIRST_FILE) throw new Error('no archive');
    const from = start + 30 + archive.readUInt16LE(start + 26) + archive.readUInt16LE(start + 28);
    const packed = archive.subarray(from, from + size);
    texts.push((archive.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed)).toString());
    at += 46 + archive.readUInt16LE(at + 28) + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return texts.join('\n');
}
