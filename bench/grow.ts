import type { EntityManager } from 'typeorm';

/** A table to be copied: what its rows are joined with, and the columns that differ in the copy. */
interface Copy {
  table: string;
  join: string;
  changed: Record<string, string>;
}

const COPIES = 9;
const YEARS_BEHIND = 9;
/** Whole weeks, so that visits stay on their days of the week. */
const DAYS_A_YEAR = 364;

/**
 * Makes ten times the example of it: ten pools of peers that differ in nothing but their ids, ten years of challenges with their teams, answers,
 * bookings and recommendations, about 1,500 a year. Everything is copied within the database.
 */
export async function growTenfold(tx: EntityManager): Promise<void> {
  await tx.query(
    `CREATE TEMP TABLE peer_map AS SELECT k, id AS old, CASE WHEN k = 0 THEN id ELSE gen_random_uuid() END AS new FROM peers, generate_series(0, ${String(COPIES)}) k`,
  );
  await copy(tx, {
    table: 'peers',
    join: 'JOIN peer_map m ON m.old = t.id AND m.k > 0',
    changed: { id: 'm.new', name: `t.name || ' ' || m.k`, email: `m.k || t.email` },
  });
  await copy(tx, {
    table: 'demographics',
    join: 'JOIN peer_map m ON m.old = t.peer_id AND m.k > 0',
    changed: { peer_id: 'm.new' },
  });
  await mapChallenges(tx);
  for (const one of COPIED) await copy(tx, one);
  await tx.query('ANALYZE');
}

/** Which challenge becomes which, and so what belongs to it. */
async function mapChallenges(tx: EntityManager): Promise<void> {
  // This year whole for each further pool; of each year behind what was delivered, for some pools a second time without its team.
  await tx.query(
    `CREATE TEMP TABLE challenge_map AS
     SELECT c.id AS old, gen_random_uuid() AS new, x.k, x.y * ${String(-DAYS_A_YEAR)} AS shift, x.team FROM challenges c
     JOIN (SELECT k, 0 AS y, true AS team FROM generate_series(1, ${String(COPIES)}) k
       UNION ALL SELECT k, y, team FROM generate_series(0, ${String(COPIES)}) k, generate_series(1, ${String(YEARS_BEHIND)}) y, (VALUES (true), (false)) AS v(team) WHERE team OR k < 4) x
     ON x.y = 0 AND (c.last_day IS NULL OR c.last_day > current_date - 320) OR x.y > 0 AND c.last_day BETWEEN current_date - 320 AND current_date - 1`,
  );
  for (const [map, table] of Object.entries({
    request_map: 'team_requests',
    proposal_map: 'proposals',
    invitation_map: 'invitations',
  }))
    await tx.query(
      `CREATE TEMP TABLE ${map} AS SELECT t.id AS old, gen_random_uuid() AS new, m.new AS challenge FROM ${table} t JOIN challenge_map m ON m.old = t.challenge_id AND m.team`,
    );
  for (const [map, columns] of Object.entries({
    peer_map: 'k, old',
    challenge_map: 'old',
    request_map: 'challenge, old',
    proposal_map: 'challenge, old',
    invitation_map: 'challenge, old',
  })) {
    await tx.query(`CREATE INDEX ON ${map} (${columns})`);
    await tx.query(`ANALYZE ${map}`);
  }
}

const CHALLENGE = 'JOIN challenge_map m ON m.old = t.challenge_id';
const TEAM = `${CHALLENGE} AND m.team`;
const PEER = 'JOIN peer_map p ON p.k = m.k AND p.old = t.peer_id';

const COPIED: Copy[] = [
  {
    table: 'challenges',
    join: 'JOIN challenge_map m ON m.old = t.id',
    changed: {
      ...{
        id: 'm.new',
        first_day: 't.first_day + m.shift',
        last_day: 't.last_day + m.shift',
        manager_id: 'NULL',
        follows_id: 'NULL',
      },
      state: `CASE WHEN m.shift < 0 THEN 'closed' ELSE t.state END`,
    },
  },
  {
    table: 'challenge_changes',
    join: CHALLENGE,
    changed: { challenge_id: 'm.new', at: 't.at + make_interval(days => m.shift)' },
  },
  {
    table: 'challenge_steps',
    join: CHALLENGE,
    changed: { challenge_id: 'm.new', done_on: 't.done_on + m.shift', moved_to: 't.moved_to + m.shift' },
  },
  { table: 'recommendations', join: CHALLENGE, changed: { id: 'gen_random_uuid()', challenge_id: 'm.new' } },
  {
    table: 'team_requests',
    join: `${TEAM} JOIN request_map r ON r.challenge = m.new AND r.old = t.id`,
    changed: { id: 'r.new', challenge_id: 'm.new' },
  },
  {
    table: 'proposals',
    join: `${TEAM} JOIN proposal_map q ON q.challenge = m.new AND q.old = t.id JOIN request_map r ON r.challenge = m.new AND r.old = t.request_id`,
    changed: { id: 'q.new', request_id: 'r.new', challenge_id: 'm.new', first_day: 't.first_day + m.shift' },
  },
  {
    table: 'invitations',
    join: `${TEAM} JOIN invitation_map i ON i.challenge = m.new AND i.old = t.id JOIN proposal_map q ON q.challenge = m.new AND q.old = t.proposal_id ${PEER}`,
    changed: {
      id: 'i.new',
      challenge_id: 'm.new',
      proposal_id: 'q.new',
      peer_id: 'p.new',
      answered_at: 't.answered_at + make_interval(days => m.shift)',
    },
  },
  {
    table: 'bookings',
    join: `${TEAM} JOIN invitation_map i ON i.challenge = m.new AND i.old = t.invitation_id ${PEER}`,
    changed: {
      ...{ id: 'gen_random_uuid()', challenge_id: 'm.new', invitation_id: 'i.new', peer_id: 'p.new' },
      ...{ first_day: 't.first_day + m.shift', last_day: 't.last_day + m.shift' },
      ...{ live_challenge_id: 'CASE WHEN t.live THEN m.new END', family_id: 'm.new' },
      ...{
        visit_first_day: 't.visit_first_day + m.shift',
        visit_last_day: 't.visit_last_day + m.shift',
      },
      days: 'daterange(lower(t.days) + m.shift, upper(t.days) + m.shift)',
      attended: 'ARRAY(SELECT d + m.shift FROM unnest(t.attended) d)',
    },
  },
];

async function copy(tx: EntityManager, { table, join, changed }: Copy): Promise<void> {
  const columns = await tx.query<{ name: string }[]>(
    `SELECT column_name AS name FROM information_schema.columns WHERE table_name = $1 AND table_schema = 'public' AND is_identity = 'NO' ORDER BY ordinal_position`,
    [table],
  );
  const names = columns.map(({ name }) => `"${name}"`).join(', ');
  const values = columns.map(({ name }) => changed[name] ?? `t."${name}"`).join(', ');
  await tx.query(`INSERT INTO ${table} (${names}) SELECT ${values} FROM ${table} t ${join}`);
}
