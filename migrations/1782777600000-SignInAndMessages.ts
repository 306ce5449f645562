import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts with sign-in by code, sessions, links without an account, and messages with what became of them. */
export class SignInAndMessages1782777600000 implements MigrationInterface {
  name = 'SignInAndMessages1782777600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE accounts (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        email text NOT NULL,
        name text NOT NULL,
        role text NOT NULL,
        region text,
        council_id uuid,
        peer_id uuid,
        party text,
        state text NOT NULL DEFAULT 'active',
        away_from date,
        away_to date,
        deputy_id uuid,
        example boolean NOT NULL DEFAULT false,
        version integer NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT accounts_pkey PRIMARY KEY (id),
        CONSTRAINT accounts_email_key UNIQUE (email),
        CONSTRAINT accounts_email_lower CHECK (email = lower(email)),
        CONSTRAINT accounts_role CHECK (role IN ('peer', 'lead', 'council', 'approver', 'adviser', 'manager', 'group', 'programme', 'board', 'admin')),
        CONSTRAINT accounts_state CHECK (state IN ('active', 'disabled')),
        CONSTRAINT accounts_away CHECK (away_to IS NULL OR away_from IS NOT NULL AND away_to >= away_from),
        CONSTRAINT accounts_deputy_id_fkey FOREIGN KEY (deputy_id) REFERENCES accounts (id)
      )
    `);
    await runner.query(`CREATE INDEX accounts_deputy_id_idx ON accounts (deputy_id)`);
    await runner.query(`
      CREATE TABLE sign_in_codes (
        id uuid NOT NULL,
        account_id uuid NOT NULL,
        hash text NOT NULL,
        tries smallint NOT NULL DEFAULT 0,
        expires_at timestamptz NOT NULL,
        used_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT sign_in_codes_pkey PRIMARY KEY (id),
        CONSTRAINT sign_in_codes_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts (id)
      )
    `);
    await runner.query(`CREATE INDEX sign_in_codes_account_id_idx ON sign_in_codes (account_id)`);
    // The columns that connect-pg-simple asks for.
    await runner.query(`
      CREATE TABLE sessions (
        sid varchar NOT NULL,
        sess json NOT NULL,
        expire timestamp(6) NOT NULL,
        CONSTRAINT sessions_pkey PRIMARY KEY (sid)
      )
    `);
    await runner.query(`CREATE INDEX sessions_expire_idx ON sessions (expire)`);
    await runner.query(`
      CREATE TABLE links (
        hash text NOT NULL,
        purpose text NOT NULL,
        subject uuid NOT NULL,
        expires_at timestamptz,
        revoked_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT links_pkey PRIMARY KEY (hash),
        CONSTRAINT links_purpose CHECK (purpose IN ('invitation', 'sounding', 'feed'))
      )
    `);
    await runner.query(`CREATE INDEX links_subject_idx ON links (subject)`);
    await runner.query(`
      CREATE TABLE messages (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        cause text NOT NULL,
        template text NOT NULL,
        about text NOT NULL,
        recipient text NOT NULL,
        subject text NOT NULL,
        body text,
        calendar text,
        link jsonb,
        state text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        sent_at timestamptz,
        CONSTRAINT messages_pkey PRIMARY KEY (id),
        CONSTRAINT messages_cause_key UNIQUE (cause),
        CONSTRAINT messages_state CHECK (state IN ('waiting', 'sent', 'failed'))
      )
    `);
    await runner.query(`CREATE INDEX messages_about_idx ON messages (about)`);
    await runner.query(`CREATE INDEX messages_waiting_idx ON messages (created_at) WHERE state = 'waiting'`);
    await runner.query(`
      CREATE TABLE soundings (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        challenge_id uuid NOT NULL,
        peer_id uuid NOT NULL,
        seat text NOT NULL,
        answer text,
        expires_at timestamptz NOT NULL,
        answered_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT soundings_pkey PRIMARY KEY (id),
        CONSTRAINT soundings_challenge_id_peer_id_key UNIQUE (challenge_id, peer_id),
        CONSTRAINT soundings_challenge_id_fkey FOREIGN KEY (challenge_id) REFERENCES challenges (id),
        CONSTRAINT soundings_peer_id_fkey FOREIGN KEY (peer_id) REFERENCES peers (id),
        CONSTRAINT soundings_answer CHECK (answer IN ('yes', 'perhaps', 'no'))
      )
    `);
    await runner.query(`CREATE INDEX soundings_peer_id_idx ON soundings (peer_id)`);
    await runner.query(`ALTER TABLE api_tokens DROP CONSTRAINT api_tokens_role`);
    await runner.query(
      `ALTER TABLE api_tokens ADD CONSTRAINT api_tokens_role CHECK (role IN ('peer', 'lead', 'council', 'approver', 'adviser', 'manager', 'group', 'programme', 'board', 'admin'))`,
    );
    await runner.query(`ALTER TABLE invitations ADD calendar_sequence integer`);
    await runner.query(`ALTER TABLE proposals ADD reserves jsonb NOT NULL DEFAULT '{}'`);
    await runner.query(
      `ALTER TABLE peers ADD needs jsonb NOT NULL DEFAULT '{}', ADD endorsed_on date, ADD erasure_asked_at timestamptz, ADD calendar_url text`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE peers DROP needs, DROP endorsed_on, DROP erasure_asked_at, DROP calendar_url`,
    );
    await runner.query(`ALTER TABLE proposals DROP reserves`);
    await runner.query(`ALTER TABLE invitations DROP calendar_sequence`);
    await runner.query(`DELETE FROM api_tokens WHERE role = 'lead'`);
    await runner.query(`ALTER TABLE api_tokens DROP CONSTRAINT api_tokens_role`);
    await runner.query(
      `ALTER TABLE api_tokens ADD CONSTRAINT api_tokens_role CHECK (role IN ('peer', 'council', 'approver', 'adviser', 'manager', 'group', 'programme', 'board', 'admin'))`,
    );
    for (const table of ['soundings', 'messages', 'links', 'sessions', 'sign_in_codes', 'accounts'])
      await runner.query(`DROP TABLE ${table}`);
  }
}
