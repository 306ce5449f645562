import type { DataSource } from 'typeorm';

/** What hangs on a challenge after its visit, one of each, by the first word of its pages. */
export async function followUpObjects(
  source: DataSource,
  challengeId: string,
  peerId: string,
): Promise<Record<'documents' | 'recommendations' | 'circumstances', string>> {
  const insert = async (sql: string, values: unknown[]): Promise<string> =>
    (await source.query<{ id: string }[]>(`${sql} RETURNING id`, values))[0]?.id ?? '';
  const change = await insert(
    `INSERT INTO peer_changes (peer_id, fields, actor) VALUES ($1, '{positions}', 'x')`,
    [peerId],
  );
  return {
    documents: await insert(
      `INSERT INTO documents (challenge_id, type, version, link, dated, actor) VALUES ($1, 'draft_report', 1, 'https://council.example', '2026-06-01', 'x')`,
      [challengeId],
    ),
    recommendations: await insert(
      `INSERT INTO recommendations (challenge_id, number, text, version, sent_at) VALUES ($1, 1, 'x', 1, now())`,
      [challengeId],
    ),
    circumstances: await insert(
      `INSERT INTO circumstances (challenge_id, peer_id, change_id, seat, visit) VALUES ($1, $2, $3, 'lead-member', 'on_site')`,
      [challengeId, peerId, change],
    ),
  };
}

/** As if the days had passed: a confirmed challenge whose visit ended so many days ago, with everything that hangs on its dates. */
export async function endedDaysAgo(source: DataSource, challengeId: string, days: number): Promise<void> {
  const [{ by }] = await source.query<[{ by: number }]>(
    `SELECT (current_date - $2::int) - last_day AS by FROM challenges WHERE id = $1`,
    [challengeId, days],
  );
  // Together, since bookings lie on the days of their challenge.
  await source.transaction(async (tx) => {
    const moved = 'first_day = first_day + $2::int, last_day = last_day + $2::int';
    await tx.query(`UPDATE challenges SET ${moved} WHERE id = $1`, [challengeId, by]);
    await tx.query(
      `UPDATE proposals SET first_day = first_day + $2::int WHERE challenge_id = $1 AND state = 'agreed'`,
      [challengeId, by],
    );
    const asked = `${moved}, visit_first_day = visit_first_day + $2::int, visit_last_day = visit_last_day + $2::int`;
    await tx.query(`UPDATE visits SET ${moved} WHERE challenge_id = $1`, [challengeId, by]);
    await tx.query(`UPDATE invitations SET ${asked} WHERE challenge_id = $1`, [challengeId, by]);
    await tx.query(
      `UPDATE bookings SET ${asked}, days = CASE WHEN off_site THEN days ELSE daterange(lower(days) + $2::int, upper(days) + $2::int) END
       WHERE challenge_id = $1`,
      [challengeId, by],
    );
  });
}
