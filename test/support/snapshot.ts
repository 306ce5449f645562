import type { DataSource } from 'typeorm';

/**
 * A fingerprint of every row of our own tables, but for when sessions end, tokens were last used, what is tried too often, and who looked at
 * whom: that moves while somebody is there.
 */
export async function snapshot(source: DataSource): Promise<Record<string, string>> {
  const tables = await source.query<{ name: string }[]>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name NOT IN ('tries', 'audit_entries', 'audit_waiting') ORDER BY 1`,
  );
  const prints: Record<string, string> = {};
  for (const { name } of tables) {
    const columns =
      name === 'sessions'
        ? 'sid'
        : name === 'api_tokens'
          ? `(to_jsonb(t) - 'last_used_on')::text`
          : 't.*::text';
    const [row] = await source.query<{ print: string | null }[]>(
      `SELECT md5(string_agg(x, '|' ORDER BY x)) AS print FROM (SELECT ${columns} AS x FROM ${name} t) y`,
    );
    prints[name] = row?.print ?? '';
  }
  // An entry that still waits for its place in the trail is there as well as one that has it, whose time is in milliseconds.
  const [trail] = await source.query<{ print: string | null }[]>(
    `SELECT md5(string_agg(x, '|' ORDER BY x)) AS print FROM (
       SELECT concat_ws(' ', date_trunc('milliseconds', at), actor, action, subject, details) AS x FROM audit_entries WHERE action NOT IN ('peer.read', 'people.exported')
       UNION ALL SELECT concat_ws(' ', date_trunc('milliseconds', at), actor, action, subject, details) FROM audit_waiting WHERE action NOT IN ('peer.read', 'people.exported')) y`,
  );
  return { ...prints, trail: trail?.print ?? '' };
}
