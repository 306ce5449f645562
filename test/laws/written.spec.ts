import type { DataSource } from 'typeorm';
import { makeDataSource } from '../../src/data-source.js';
import { WRITTEN } from '../../src/erasure/erase.js';
import { createDatabase } from '../support/database.js';

/** How columns are called in which people write in their own words. */
const OWN_WORDS =
  /^(?:note|what|why|reason|\w+_reason|comment|text|words|answer|answer_text|outcome|source|owner|evidence|title|people|post|focus|subject|body|calendar|manager|no_support|consent_by|fault|declared|other_dates|stood|absence_cause|criteria|statement|about|wording|target_words|said)$/;

/** Such columns in which erasure looks for no name, each with why. */
const EMPTIED = 'a peer’s own words, which go with the peer';
const STATE = 'one of a few states';
const ID = 'what it is about, by its id';
const APART: Readonly<Record<string, string>> = {
  'asked_again.reason': EMPTIED,
  'bookings.absence_cause': EMPTIED,
  'invitations.other_dates': EMPTIED,
  'invitations.reason': EMPTIED,
  'councils.body': STATE,
  'documents.answer': STATE,
  'measures.source': STATE,
  'offers.answer': STATE,
  'recommendations.answer': STATE,
  'soundings.answer': STATE,
  'audit_entries.subject': ID,
  'audit_waiting.subject': ID,
  'follow_up_changes.subject': ID,
  'imports.about': ID,
  'messages.about': ID,
  'audit_checks.fault': 'made by the service, of numbers of entries',
  'day_warnings.words': 'made by the service, of days, seats and councils',
  'policy_coming.fault': 'made by the service, of what a policy may hold',
  'measures.target_words': 'the programme’s targets, as its board agreed them',
  'measures.wording': 'the programme’s targets, as its board agreed them',
};

let source: DataSource;
beforeAll(async () => {
  source = await makeDataSource(await createDatabase()).initialize();
}, 60_000);
afterAll(() => source.destroy());

it('erasure looks for names in every column in which people write in their own words, but for those told apart', async () => {
  const columns = await source.query<{ table: string; column: string }[]>(
    `SELECT c.table_name AS "table", c.column_name AS "column" FROM information_schema.columns c
     JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.data_type = 'text' ORDER BY 1, 2`,
  );
  const found = columns
    .filter(({ column }) => OWN_WORDS.test(column))
    .map(({ table, column }) => `${table}.${column}`);
  const looked = Object.entries(WRITTEN).flatMap(([table, names]) => names.map((name) => `${table}.${name}`));
  expect(found.filter((one) => !looked.includes(one) && APART[one] === undefined)).toEqual([]);
  // Nothing is told apart that is looked at, or is not there.
  expect(Object.keys(APART).filter((one) => looked.includes(one) || !found.includes(one))).toEqual([]);
});
