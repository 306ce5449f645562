import type { MigrationInterface, QueryRunner } from 'typeorm';

const BODIES = `'council', 'fire_authority', 'combined_authority', 'national_park', 'partnership'`;
const MORE = `${BODIES}, 'health', 'police', 'parish', 'association', 'university', 'company', 'other'`;

/** Bodies that are made of others, belong to others and follow others, with days; homes of peers besides the first. */
export class Houses1785196800000 implements MigrationInterface {
  name = 'Houses1785196800000';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [
      `ALTER TABLE councils DROP CONSTRAINT councils_body`,
      `ALTER TABLE councils ADD CONSTRAINT councils_body CHECK (body IN (${MORE})) NOT VALID`,
      `ALTER TABLE councils VALIDATE CONSTRAINT councils_body`,
      `ALTER TABLE councils ADD country text NOT NULL DEFAULT 'England', ADD in_cycle boolean NOT NULL DEFAULT true`,
      `ALTER TABLE councils ADD CONSTRAINT councils_country CHECK (country IN ('England', 'Wales', 'Scotland', 'Northern Ireland'))`,
      `ALTER TABLE council_links DROP CONSTRAINT council_links_relation`,
      `ALTER TABLE council_links ADD CONSTRAINT council_links_relation CHECK (relation IN ('neighbour', 'comparable', 'member', 'parent'))`,
      `ALTER TABLE council_links ADD since date, ADD until date`,
      `ALTER TABLE council_links ADD CONSTRAINT council_links_days CHECK (until >= since)`,
      // Whoever entered it: a neighbour is one both ways.
      `INSERT INTO council_links (council_id, other_id, relation, rank)
         SELECT other_id, council_id, relation, 0 FROM council_links WHERE relation = 'neighbour' ON CONFLICT DO NOTHING`,
      `CREATE TABLE successions (predecessor_id uuid NOT NULL REFERENCES councils (id) ON DELETE CASCADE,
         successor_id uuid NOT NULL REFERENCES councils (id) ON DELETE CASCADE, starts_on date NOT NULL, ends boolean NOT NULL DEFAULT true, begins boolean NOT NULL DEFAULT false,
         applied_at timestamptz, created_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (predecessor_id, successor_id),
         CONSTRAINT successions_other CHECK (predecessor_id <> successor_id))`,
      `CREATE INDEX successions_successor_idx ON successions (successor_id)`,
      `INSERT INTO successions (predecessor_id, successor_id, starts_on, applied_at)
         SELECT id, successor_id, coalesce(valid_to + 1, current_date), now() FROM councils WHERE successor_id IS NOT NULL`,
      `ALTER TABLE councils DROP COLUMN successor_id`,
      `CREATE VIEW council_lines AS WITH RECURSIVE line (id, ancestor_id) AS (SELECT id, id FROM councils
         UNION SELECT l.id, s.predecessor_id FROM line l JOIN successions s ON s.successor_id = l.ancestor_id AND s.applied_at IS NOT NULL)
         SELECT id, ancestor_id FROM line`,
      `ALTER TABLE peers ADD homes jsonb NOT NULL DEFAULT '[]'`,
    ])
      await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const sql of [
      `ALTER TABLE peers DROP COLUMN homes`,
      `DROP VIEW council_lines`,
      `ALTER TABLE councils ADD successor_id uuid REFERENCES councils (id)`,
      `UPDATE councils SET successor_id = s.successor_id FROM successions s WHERE s.predecessor_id = councils.id AND s.applied_at IS NOT NULL`,
      `DROP TABLE successions`,
      `DELETE FROM council_links WHERE relation = 'parent'`,
      `ALTER TABLE council_links DROP COLUMN since, DROP COLUMN until, DROP CONSTRAINT council_links_relation`,
      `ALTER TABLE council_links ADD CONSTRAINT council_links_relation CHECK (relation IN ('neighbour', 'comparable', 'member'))`,
      `ALTER TABLE councils DROP COLUMN country, DROP COLUMN in_cycle, DROP CONSTRAINT councils_body`,
      `ALTER TABLE councils ADD CONSTRAINT councils_body CHECK (body IN (${BODIES}))`,
    ])
      await runner.query(sql);
  }
}
