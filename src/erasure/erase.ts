import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { ENDED_APPLICATIONS } from '../recruiting/application.entity.js';
import { patternOf, textColumns } from './columns.js';
import type { ErasureCounts } from './erasure.entity.js';
import { addressesOf, namesToBlank, type Person } from './person.js';
import { rename, replaceAll } from './rename.js';

/** What people wrote, and what is written to them, by table: where else a name stands, it is of a thing. */
export const WRITTEN: Readonly<Record<string, readonly string[]>> = {
  messages: ['subject', 'body', 'calendar'],
  challenges: ['focus'],
  challenge_changes: ['reason'],
  follow_up_changes: ['what', 'reason'],
  objections: ['reason', 'answer'],
  feedback: ['comment'],
  documents: ['answer_text'],
  recommendations: ['text', 'owner', 'evidence', 'answer_reason'],
  good_practice: ['title', 'what', 'consent_by'],
  report_actions: ['text', 'owner', 'outcome'],
  report_snapshots: ['title'],
  measures: ['comment', 'colour_reason'],
  measure_figures: ['comment'],
  measure_versions: ['content'],
  budget_lines: ['comment', 'colour_reason'],
  budget_figures: ['comment'],
  budget_line_versions: ['content'],
  offers: ['reason'],
  offer_priorities: ['reason', 'note'],
  application_changes: ['reason'],
  challenge_steps: ['move_reason'],
  campaigns: ['title'],
  events: ['title'],
  legal_holds: ['reason'],
  policy_changes: ['reason'],
  policy_coming: ['reason'],
  region_people: ['subject'],
  supports: ['note'],
  plan_reviews: ['note', 'no_support'],
  adviser_days: ['what'],
  signals: ['source', 'outcome'],
  visit_sessions: ['title', 'people'],
  circumstances: ['reason'],
  past_seats: ['name', 'post'],
  past_challenges: ['manager'],
};

/** Stands in a text where a name, an address or a number was. */
const BLANK = '[erased]';
const NOBODY = 'Erased person';

/**
 * Takes a person out of every table, in the transaction of the caller. Seats, days, scores and steps stay, of somebody without a name
 * and with another id; whatever else was held of them goes. The audit trail keeps that something was done, not by or to whom.
 */
export async function erase(tx: EntityManager, person: Person): Promise<ErasureCounts> {
  const [names, counts] = [await namesToBlank(tx, person), await countsOf(tx, person)];
  const columns = await textColumns(tx);
  await forgetWhatTheySaid(tx, person);
  await forgetMessages(tx, person);
  await forgetMoves(tx, person);
  await forgetFiles(tx);
  for (const id of person.applications) await blankApplication(tx, id);
  await forgetContacts(tx, person);
  for (const id of person.peers) await rename(tx, columns, 'peers', id, await blankPeer(tx, id));
  for (const id of person.accounts) await rename(tx, columns, 'accounts', id, await blankAccount(tx, id));
  for (const text of addressesOf(person)) await replaceAll(tx, columns, text, BLANK);
  const written = columns.filter(({ table, column }) =>
    WRITTEN[table.replace('public.', '')]?.includes(column),
  );
  for (const name of names) await replaceAll(tx, written, name, BLANK);
  await tx.query('UPDATE past_seats SET post = NULL, council_id = NULL WHERE name = $1', [BLANK]);
  return { ...counts, namesLeft: new Set(person.names).size > names.length };
}

/** What goes, and what stays without the name. */
export async function countsOf(tx: EntityManager, person: Person): Promise<ErasureCounts> {
  const [row] = await tx.query<ErasureCounts[]>(
    `SELECT (SELECT count(*)::int FROM messages WHERE lower(recipient) = ANY($1)) AS messages,
       (SELECT count(*)::int FROM challenges c, jsonb_array_elements(c.contacts) x WHERE lower(x->>'email') = ANY($1)) AS contacts,
       (SELECT count(*)::int FROM peer_days WHERE peer_id = ANY($2)) AS seats,
       (SELECT coalesce(sum(days), 0)::int FROM peer_days WHERE peer_id = ANY($2)) AS days`,
    [lower(person.emails), person.peers],
  );
  const { messages = 0, contacts = 0, seats = 0, days = 0 } = row ?? {};
  const [applications, accounts] = [person.applications.length, person.accounts.length];
  return { messages, contacts, seats, days, applications, accounts };
}

/** Answers in their own words, what others wrote of them, and what only they may use. */
async function forgetWhatTheySaid(tx: EntityManager, { peers, accounts }: Person): Promise<void> {
  const ofPeers = [
    'UPDATE invitations SET reason = NULL, other_dates = NULL, declared = NULL WHERE peer_id = ANY($1)',
    `UPDATE asked_again SET reason = '' WHERE peer_id = ANY($1)`,
    'UPDATE circumstances SET reason = NULL WHERE peer_id = ANY($1)',
    'UPDATE bookings SET absence_cause = NULL, stood = NULL WHERE peer_id = ANY($1)',
    'UPDATE past_seats SET post = NULL, council_id = NULL WHERE peer_id = ANY($1)',
    `UPDATE feedback SET comment = NULL WHERE peer_id = ANY($1) AND form = 'manager'`,
    'DELETE FROM soundings WHERE peer_id = ANY($1)',
    'DELETE FROM demographics WHERE peer_id = ANY($1)',
    'DELETE FROM api_tokens WHERE peer_id = ANY($1)',
    `UPDATE challenges SET excluded = ARRAY(SELECT unnest(excluded) EXCEPT SELECT unnest($1::uuid[])) WHERE excluded && $1::uuid[]`,
    `UPDATE challenges SET waived = coalesce((SELECT jsonb_agg(w) FROM jsonb_array_elements(waived) w WHERE (w->>'peerId')::uuid <> ALL($1)), '[]')
     WHERE EXISTS (SELECT FROM jsonb_array_elements(waived) w WHERE (w->>'peerId')::uuid = ANY($1))`,
    `DELETE FROM links WHERE subject = ANY($1) OR subject IN (SELECT id FROM invitations WHERE peer_id = ANY($1))`,
  ];
  for (const statement of ofPeers) await tx.query(statement, [peers]);
  await tx.query('DELETE FROM links WHERE subject = ANY($1)', [accounts]);
  await tx.query('DELETE FROM sign_in_codes WHERE account_id = ANY($1)', [accounts]);
  await tx.query('DELETE FROM second_steps WHERE account_id = ANY($1)', [accounts]);
  await tx.query(
    `DELETE FROM sessions WHERE sess->>'accountId' = ANY($1) OR sess->'pending'->>'accountId' = ANY($1)`,
    [accounts],
  );
  // Forms on their way, of whomever: nobody looks whether somebody stands in one.
  await tx.query(
    `UPDATE sessions SET sess = (sess::jsonb - 'drafts' - 'late')::json WHERE jsonb_exists_any(sess::jsonb, '{drafts,late}')`,
  );
}

/** What was sent to them, and answers that were kept for a key and name them. */
async function forgetMessages(tx: EntityManager, { emails, peers, accounts }: Person): Promise<void> {
  // Also at addresses that are not theirs any more.
  await tx.query(
    `DELETE FROM messages WHERE lower(recipient) = ANY($1)
       OR about = ANY(SELECT 'peer:' || unnest($2::uuid[])) OR concerns IN (SELECT 'invitation:' || id FROM invitations WHERE peer_id = ANY($2))
       OR link->>'subject' IN (SELECT id::text FROM soundings WHERE peer_id = ANY($2) UNION SELECT id::text FROM feedback WHERE peer_id = ANY($2) AND form = 'peer')`,
    [lower(emails), peers],
  );
  await tx.query(`DELETE FROM idempotency_keys WHERE actor = ANY($1) OR body::text ~* ANY($2)`, [
    accounts.map((id) => `account:${id}`),
    [...peers, ...accounts, ...emails].map(patternOf),
  ]);
}

/** Files that are kept for a week, what is said of them, and the way back: nobody looks whether somebody stands in one. */
const forgetFiles = async (tx: EntityManager): Promise<void> => {
  await tx.query(
    `UPDATE imports SET file = NULL, changes = NULL, faults = NULL, digest = NULL, told = '', called = '', version = version + 1, state = CASE
       WHEN state = ANY('{waiting,checked,entering}') THEN 'stopped' WHEN state = 'undoing' THEN 'entered' ELSE state END`,
  );
  await tx.query('DELETE FROM import_writes');
};

/** Where a reorganisation moved them from and to. */
const forgetMoves = async (tx: EntityManager, { peers, accounts }: Person): Promise<void> => {
  for (const table of ['placements', 'handovers'])
    await tx.query(`DELETE FROM ${table} WHERE subject_id = ANY($1)`, [[...peers, ...accounts]]);
};

/** A peer of whom nothing is left but what statistics count. */
async function blankPeer(tx: EntityManager, id: string): Promise<string> {
  const blankId = randomUUID();
  await tx.query(
    `INSERT INTO peers (id, name, class, availability, reviews, rating, state, max_challenges, max_days, version)
     SELECT $2, $3, class, '{"patterns":[],"ranges":[],"confirmedOn":null}', reviews, rating, 'retired', 0, 0, 1 FROM peers WHERE id = $1`,
    [id, blankId, NOBODY],
  );
  return blankId;
}

async function blankAccount(tx: EntityManager, id: string): Promise<string> {
  const blankId = randomUUID();
  await tx.query(
    `INSERT INTO accounts (id, email, name, role, state, version) SELECT $2, $3, $4, role, 'disabled', 1 FROM accounts WHERE id = $1`,
    [id, blankId, addressOfNobody(blankId), NOBODY],
  );
  return blankId;
}

/** An applicant counts on in the figures of a campaign; one who still waits has withdrawn by this. */
async function blankApplication(tx: EntityManager, id: string): Promise<void> {
  const blankId = randomUUID();
  await tx.query(
    `UPDATE applications SET name = $2, email = $3, party = NULL, nominated_by = NULL, council_id = NULL, organisation = NULL, skills = '{}',
       state = CASE WHEN state = ANY($4) THEN state ELSE 'withdrawn' END WHERE id = $1`,
    [id, NOBODY, addressOfNobody(blankId), ENDED_APPLICATIONS],
  );
  await tx.query(`UPDATE application_changes SET reason = $2 WHERE application_id = $1`, [id, BLANK]);
}

async function forgetContacts(tx: EntityManager, { emails }: Person): Promise<void> {
  await tx.query(
    `UPDATE challenges SET contacts = coalesce((SELECT jsonb_agg(x) FROM jsonb_array_elements(contacts) x WHERE lower(x->>'email') <> ALL($1)), '[]')
     WHERE EXISTS (SELECT FROM jsonb_array_elements(contacts) x WHERE lower(x->>'email') = ANY($1))`,
    [lower(emails)],
  );
}

const addressOfNobody = (id: string): string => `${id}@erased.invalid`;
const lower = (texts: string[]): string[] => texts.map((text) => text.toLowerCase());
