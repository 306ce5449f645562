import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a contact of a challenge is for comes from a list; what was written freely before stays as the person's title. */
export class ContactPurposes1783641600000 implements MigrationInterface {
  name = 'ContactPurposes1783641600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      UPDATE challenges SET contacts = (
        SELECT jsonb_agg((x.contact - 'role') || jsonb_build_object('purpose', CASE
          WHEN x.contact->>'role' ~* 'opposition|approver' THEN 'opposition'
          WHEN x.contact->>'role' ~* 'leader' THEN 'leader'
          WHEN x.contact->>'role' ~* 'chief' THEN 'chief'
          WHEN x.contact->>'role' ~* 'booking' THEN 'booking'
          ELSE 'other' END)
          || CASE WHEN lower(x.contact->>'role') IN ('booking contact', 'leader', 'chief executive', 'opposition approver')
            THEN '{}'::jsonb ELSE jsonb_build_object('title', x.contact->>'role') END ORDER BY x.n)
        FROM jsonb_array_elements(contacts) WITH ORDINALITY AS x (contact, n)
      ) WHERE jsonb_array_length(contacts) > 0
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      UPDATE challenges SET contacts = (
        SELECT jsonb_agg((x.contact - 'purpose' - 'title') || jsonb_build_object('role', coalesce(x.contact->>'title',
          CASE x.contact->>'purpose' WHEN 'booking' THEN 'booking contact' WHEN 'chief' THEN 'chief executive'
          WHEN 'opposition' THEN 'opposition approver' ELSE x.contact->>'purpose' END)) ORDER BY x.n)
        FROM jsonb_array_elements(contacts) WITH ORDINALITY AS x (contact, n)
      ) WHERE jsonb_array_length(contacts) > 0
    `);
  }
}
