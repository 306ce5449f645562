import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Requests for a plan of a whole year, with the plan when there is one. */
export class PlanRequests1782691200000 implements MigrationInterface {
  name = 'PlanRequests1782691200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE plan_requests (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        year smallint NOT NULL,
        challenge_ids uuid[] NOT NULL,
        gap double precision NOT NULL,
        time_limit integer NOT NULL,
        state text NOT NULL,
        phase text NOT NULL,
        score integer,
        bound integer,
        plan json,
        actor text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz,
        CONSTRAINT plan_requests_pkey PRIMARY KEY (id),
        CONSTRAINT plan_requests_state CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled'))
      )
    `);
    await runner.query(`
      CREATE INDEX plan_requests_year_idx ON plan_requests (year)
    `);
    await runner.query(`
      CREATE UNIQUE INDEX plan_requests_one_live ON plan_requests (year) WHERE state IN ('queued', 'running')
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE plan_requests');
  }
}
