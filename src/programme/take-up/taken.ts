/** What councils take up of what is offered to them. */
export const TAKEN = ['challenge', 'support', 'adviser'] as const;
export type Taken = (typeof TAKEN)[number];

export const TAKEN_NAMES: Record<Taken, string> = {
  challenge: 'A challenge',
  support: 'Support',
  adviser: 'Help by an improvement adviser',
};

/**
 * The query of everything that councils took up from one day to another: a challenge by its last day, for each of the bodies that had it; support by its
 * first day; days of an improvement adviser at the council. Since when it is known stands beside, where that is kept.
 */
export const takenIn = (from: string, to: string): string => `
  SELECT 'challenge ' || c.id || ' ' || host.id AS id, host.id AS council_id, 'challenge' AS part, k.content->>'name' AS what, c.last_day AS day, c.created_at AS known
  FROM challenges c JOIN kinds k ON k.id = c.kind CROSS JOIN LATERAL unnest(c.council_id || c.partner_ids) host (id)
  WHERE c.last_day BETWEEN ${from} AND ${to} AND c.id IN (SELECT id FROM delivered_challenges)
  UNION ALL
  SELECT 'support ' || s.id, s.council_id, 'support', coalesce((SELECT x->>'name' FROM policies p, jsonb_array_elements(p.content) x WHERE p.id = 'supports' AND x->>'id' = s.type), s.type),
    s.first_day, s.created_at
  FROM supports s WHERE s.first_day BETWEEN ${from} AND ${to}
  UNION ALL
  SELECT 'adviser ' || d.id, d.council_id, 'adviser', 'improvement adviser: ' || d.what, d.day, d.created_at
  FROM adviser_days d WHERE d.council_id IS NOT NULL AND d.day BETWEEN ${from} AND ${to}`;
