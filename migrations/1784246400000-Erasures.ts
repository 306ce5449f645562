import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Somebody can be erased: in the audit trail too, which keeps its chain and says which of its entries were touched. */
export class Erasures1784246400000 implements MigrationInterface {
  name = 'Erasures1784246400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE erasures (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        actor text NOT NULL,
        counts jsonb NOT NULL,
        forget jsonb,
        proven_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT erasures_pkey PRIMARY KEY (id),
        CONSTRAINT erasures_proof CHECK (proven_at IS NULL OR forget IS NULL)
      )
    `);
    await runner.query(`
      CREATE TABLE retention_runs (
        day date NOT NULL,
        kind text NOT NULL,
        removed integer NOT NULL,
        CONSTRAINT retention_runs_pkey PRIMARY KEY (day, kind)
      )
    `);
    await runner.query(`
      CREATE TABLE legal_holds (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        email text NOT NULL,
        subjects uuid[] NOT NULL DEFAULT '{}',
        reason text NOT NULL,
        actor text NOT NULL,
        ended_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT legal_holds_pkey PRIMARY KEY (id)
      )
    `);
    await runner.query(`CREATE UNIQUE INDEX legal_holds_open ON legal_holds (email) WHERE ended_at IS NULL`);
    await runner.query(`ALTER TABLE audit_entries ADD erased boolean NOT NULL DEFAULT false`);
    await runner.query(`
      CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'UPDATE' AND current_setting('critical_friend.forgetting', true) = 'on' AND NEW.erased
          AND (NEW.id, NEW.at, NEW.action, NEW.hash, NEW.previous_hash) = (OLD.id, OLD.at, OLD.action, OLD.hash, OLD.previous_hash)
        THEN RETURN NEW; END IF;
        RAISE EXCEPTION 'the audit trail is only ever added to';
      END $$
    `);
    await runner.query(`
      CREATE FUNCTION forget_in_audit(who uuid) RETURNS bigint[] LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
      DECLARE touched bigint[];
      BEGIN
        PERFORM set_config('critical_friend.forgetting', 'on', true);
        WITH changed AS (
          UPDATE audit_entries SET actor = replace(actor, who::text, 'erased'), subject = replace(subject, who::text, 'erased'),
            details = replace(details::text, who::text, 'erased')::jsonb, erased = true
          WHERE actor LIKE '%' || who || '%' OR subject LIKE '%' || who || '%' OR details::text LIKE '%' || who || '%'
          RETURNING id
        ) SELECT array_agg(id ORDER BY id) INTO touched FROM changed;
        PERFORM set_config('critical_friend.forgetting', 'off', true);
        RETURN coalesce(touched, '{}');
      END $$
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION forget_in_audit');
    await runner.query(`
      CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'the audit trail is only ever added to';
      END $$
    `);
    await runner.query('ALTER TABLE audit_entries DROP erased');
    for (const table of ['legal_holds', 'retention_runs', 'erasures'])
      await runner.query(`DROP TABLE ${table}`);
  }
}
