import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tables whose rows an import may change, or that hang on such rows; not those that only tell what was done, or carry work. */
const WATCHED = [
  ...[
    'accounts',
    'api_tokens',
    'application_changes',
    'applications',
    'asked_again',
    'bookings',
    'campaigns',
  ],
  ...['chains', 'challenge_changes', 'challenge_people', 'challenge_steps', 'challenges', 'circumstances'],
  ...['control_changes', 'council_links', 'councils', 'day_warnings', 'demographics', 'documents'],
  ...['event_places', 'events', 'feedback', 'follow_up_changes', 'good_practice', 'handovers', 'inspections'],
  ...['invitations', 'legal_holds', 'links', 'measure_figures', 'measures', 'objections', 'offer_priorities'],
  ...[
    'offers',
    'past_challenges',
    'past_seats',
    'peer_changes',
    'peers',
    'peers_apart',
    'placements',
    'plan_requests',
  ],
  ...['policies', 'policy_changes', 'proposals', 'protected_totals', 'recommendations', 'report_actions'],
  ...['report_snapshots', 'signals', 'soundings', 'successions', 'supports', 'team_requests'],
  ...['visit_sessions', 'visits'],
];

/** Files that were brought, what they would do or did, and each row that one wrote, so that it can be taken back. */
export class Imports1786579200000 implements MigrationInterface {
  name = 'Imports1786579200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE imports (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        list text NOT NULL,
        about text NOT NULL DEFAULT '',
        access jsonb NOT NULL,
        state text NOT NULL CONSTRAINT imports_state CHECK
          (state IN ('waiting', 'checked', 'refused', 'entering', 'entered', 'undoing', 'undone', 'stopped', 'failed')),
        read_as text NOT NULL DEFAULT '',
        rows integer NOT NULL DEFAULT 0,
        done integer NOT NULL DEFAULT 0,
        counts jsonb,
        digest text,
        salt text NOT NULL,
        called text NOT NULL DEFAULT '',
        told text NOT NULL DEFAULT '',
        file text,
        changes jsonb,
        faults jsonb,
        created_at timestamptz NOT NULL DEFAULT now(),
        asked_at timestamptz NOT NULL,
        entered_at timestamptz,
        version integer NOT NULL
      );
      CREATE INDEX imports_created ON imports (created_at);
      CREATE TABLE import_writes (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        import_id uuid NOT NULL CONSTRAINT import_writes_import_id_fkey REFERENCES imports ON DELETE CASCADE,
        relation text NOT NULL,
        key jsonb NOT NULL,
        was jsonb,
        became jsonb
      );
      CREATE INDEX import_writes_import ON import_writes (import_id, id);
    `);
    await runner.query(`
      CREATE FUNCTION note_import_write() RETURNS trigger LANGUAGE plpgsql AS $note$
      DECLARE
        was jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
        became jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
      BEGIN
        INSERT INTO import_writes (import_id, relation, key, was, became)
        SELECT current_setting('critical_friend.import')::uuid, TG_TABLE_NAME, jsonb_object_agg(name, coalesce(became, was)->name), was, became
        FROM unnest(TG_ARGV) name;
        RETURN NULL;
      END $note$
    `);
    await runner.query(UNDO);
    await runner.query(`
      DO $watch$
      DECLARE one text; keys text;
      BEGIN
        FOREACH one IN ARRAY '{${WATCHED.join(',')}}'::text[] LOOP
          SELECT string_agg(quote_literal(a.attname), ', ' ORDER BY a.attnum) INTO keys
          FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
          WHERE i.indrelid = one::regclass AND i.indisprimary;
          EXECUTE format(
            'CREATE TRIGGER import_writes AFTER INSERT OR UPDATE OR DELETE ON %I FOR EACH ROW '
            'WHEN (coalesce(current_setting(''critical_friend.import'', true), '''') <> '''') EXECUTE FUNCTION note_import_write(%s)',
            one, keys);
        END LOOP;
      END $watch$
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of WATCHED) await runner.query(`DROP TRIGGER import_writes ON ${table}`);
    await runner.query(
      'DROP FUNCTION undo_import(uuid); DROP FUNCTION note_import_write(); DROP TABLE import_writes; DROP TABLE imports',
    );
  }
}

/**
 * Takes back what an import wrote, the last first: each row as it was, with a version of its own. Gives the table and key of the first row that is
 * not any more as the import left it, or that would go or change with it though the import did not write it; null where all went well.
 */
const UNDO = `
  CREATE FUNCTION undo_import(wanted uuid) RETURNS text LANGUAGE plpgsql AS $undo$
  DECLARE
    last bigint := (SELECT max(id) FROM import_writes WHERE import_id = wanted);
    entry record; this_key text; these text; there jsonb; stray text;
  BEGIN
    PERFORM set_config('critical_friend.import', wanted::text, true);
    -- That a peer was changed stays told.
    FOR entry IN SELECT * FROM import_writes WHERE import_id = wanted AND relation <> 'peer_changes' ORDER BY id DESC LOOP
      SELECT string_agg(format('t.%I = k.%I', name, name), ' AND ') INTO this_key FROM jsonb_object_keys(entry.key) name;
      SELECT string_agg(format('%I', attname), ', ') INTO these FROM pg_attribute
      WHERE attrelid = entry.relation::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
      EXECUTE format('SELECT to_jsonb(t) FROM %I t, jsonb_populate_record(NULL::%I, $1) k WHERE %s', entry.relation, entry.relation, this_key)
      INTO there USING entry.key;
      CONTINUE WHEN there - 'version' IS NOT DISTINCT FROM entry.was - 'version';
      IF there - 'version' IS DISTINCT FROM entry.became - 'version' THEN RETURN entry.relation || ' ' || entry.key::text; END IF;
      IF entry.was IS NULL THEN
        EXECUTE format('DELETE FROM %I t USING jsonb_populate_record(NULL::%I, $1) k WHERE %s', entry.relation, entry.relation, this_key)
        USING entry.key;
      ELSIF there IS NULL THEN
        EXECUTE format('INSERT INTO %I (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM jsonb_populate_record(NULL::%I, $1)',
          entry.relation, these, these, entry.relation) USING entry.was;
      ELSE
        EXECUTE format('UPDATE %I t SET (%s) = (SELECT %s FROM jsonb_populate_record(NULL::%I, $1)) FROM jsonb_populate_record(NULL::%I, $2) k WHERE %s',
          entry.relation, these, these, entry.relation, entry.relation, this_key)
        USING entry.was || CASE WHEN there ? 'version' THEN jsonb_build_object('version', (there->>'version')::int + 1) ELSE '{}' END, entry.key;
      END IF;
    END LOOP;
    SELECT w.relation || ' ' || w.key::text INTO stray FROM (
      SELECT relation, key FROM import_writes WHERE import_id = wanted AND id > last
      EXCEPT SELECT relation, key FROM import_writes WHERE import_id = wanted AND id <= last
    ) w LIMIT 1;
    IF stray IS NOT NULL THEN RETURN stray; END IF;
    DELETE FROM import_writes WHERE import_id = wanted;
    PERFORM set_config('critical_friend.import', '', true);
    RETURN NULL;
  END $undo$
`;
