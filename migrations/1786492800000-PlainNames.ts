import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Names as people type them: without accents, apostrophes, capitals, and with one space for whatever stands between two words; and indexes by
 * which any part of such a name is found.
 */
export class PlainNames1786492800000 implements MigrationInterface {
  name = 'PlainNames1786492800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE EXTENSION IF NOT EXISTS pg_trgm;
      CREATE FUNCTION plain_name(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $plain$
        SELECT btrim(regexp_replace(
          regexp_replace(
            replace(replace(translate(lower(normalize(name, NFKD)), 'øłđı', 'oldi'), 'ß', 'ss'), '&', ' and '),
            '[\\u0300-\\u036f''’‘\`´.]', '', 'g'
          ),
          '[[:space:]_,;:/()"“”%\\\\–—-]+', ' ', 'g'
        ))
      $plain$;
      CREATE INDEX peers_plain_name ON peers USING gin (plain_name(name) gin_trgm_ops);
      CREATE INDEX councils_plain_name ON councils USING gin (plain_name(name) gin_trgm_ops);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX councils_plain_name;
      DROP INDEX peers_plain_name;
      DROP FUNCTION plain_name(text);
    `);
  }
}
