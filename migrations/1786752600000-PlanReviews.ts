import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What reviews of councils' plans after inspections found, and what came of it. */
export class PlanReviews1786752600000 implements MigrationInterface {
  name = 'PlanReviews1786752600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "plan_reviews" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "inspection_id" uuid NOT NULL, "reviewed_on" date NOT NULL, "finding" text NOT NULL,
        "note" text NOT NULL DEFAULT '', "ends" boolean NOT NULL, "leads_to" text, "support_id" uuid, "no_support" text, "actor" text NOT NULL,
        "created_at" timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT "plan_reviews_inspection_id_reviewed_on_key" UNIQUE ("inspection_id", "reviewed_on"),
        CONSTRAINT "plan_reviews_one_answer" CHECK (support_id IS NULL OR no_support IS NULL),
        CONSTRAINT "plan_reviews_pkey" PRIMARY KEY ("id"),
        CONSTRAINT "plan_reviews_inspection_id_fkey" FOREIGN KEY ("inspection_id") REFERENCES "inspections" ("id"),
        CONSTRAINT "plan_reviews_support_id_fkey" FOREIGN KEY ("support_id") REFERENCES "supports" ("id") ON DELETE SET NULL)`,
    );
    await runner.query(
      `CREATE TRIGGER import_writes AFTER INSERT OR UPDATE OR DELETE ON plan_reviews FOR EACH ROW
        WHEN (coalesce(current_setting('critical_friend.import', true), '') <> '') EXECUTE FUNCTION note_import_write('id')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "plan_reviews"`);
  }
}
