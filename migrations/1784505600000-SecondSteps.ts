import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Staff prove by an app, besides the code in their mail, who they are. */
export class SecondSteps1784505600000 implements MigrationInterface {
  name = 'SecondSteps1784505600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE second_steps (
        account_id uuid NOT NULL,
        sealed text NOT NULL,
        confirmed_at timestamptz NOT NULL DEFAULT now(),
        last_step integer NOT NULL DEFAULT 0,
        recovery text[] NOT NULL DEFAULT '{}',
        reset_asked_by text,
        reset_asked_at timestamptz,
        CONSTRAINT second_steps_pkey PRIMARY KEY (account_id),
        CONSTRAINT second_steps_reset CHECK ((reset_asked_by IS NULL) = (reset_asked_at IS NULL)),
        CONSTRAINT second_steps_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE
      )
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE second_steps');
  }
}
