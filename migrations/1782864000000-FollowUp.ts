import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What every kind gets that was there before: a purpose, and the new steps of the clock with their usual values. */
const NEW_CLOCK = `'{"scopeMonthsBefore": 4, "draftReportDays": 21, "accuracyDays": 14, "checkInMonths": null, "impactMonths": 5}'`;
const SHORT = `'{"checkInMonths": 6}'`;
const FOLLOWING = `'{"scopeMonthsBefore": null, "draftReportDays": null, "accuracyDays": null, "reportMonths": 2, "actionPlanMonths": null, "checkInMonths": null, "impactMonths": null}'`;
const PURPOSES = {
  'progress-review': 'progress_review',
  'follow-up': 'follow_up',
  'check-in': 'check_in',
  mentoring: 'support',
  'change-of-control': 'support',
};

/** After the visit: the steps of the clock, timetable and attendance, reports, recommendations, follow-ups, feedback, good practice. */
export class FollowUp1782864000000 implements MigrationInterface {
  name = 'FollowUp1782864000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE challenges ADD manager_id uuid, ADD follows_id uuid`);
    await runner.query(
      `ALTER TABLE challenges ADD CONSTRAINT challenges_manager_id_fkey FOREIGN KEY (manager_id) REFERENCES accounts (id), ADD CONSTRAINT challenges_follows_id_fkey FOREIGN KEY (follows_id) REFERENCES challenges (id)`,
    );
    await runner.query(`CREATE INDEX challenges_follows_id_idx ON challenges (follows_id)`);
    await runner.query(
      `ALTER TABLE challenges ADD CONSTRAINT challenges_manager_week EXCLUDE USING gist (manager_id WITH =, daterange(first_day - (extract(isodow from first_day)::int - 1), last_day - (extract(isodow from last_day)::int - 1) + 7) WITH &&) WHERE (manager_id IS NOT NULL AND first_day IS NOT NULL AND state NOT IN ('postponed', 'cancelled', 'stood_down'))`,
    );
    await runner.query(`ALTER TABLE visits DROP CONSTRAINT visits_type`);
    await runner.query(
      `ALTER TABLE visits ADD CONSTRAINT visits_type CHECK (type IN ('on_site', 'progress_review', 'follow_up', 'check_in'))`,
    );
    await runner.query(`ALTER TABLE bookings ADD attended date[], ADD absence_cause text`);
    await runner.query(`ALTER TABLE links DROP CONSTRAINT links_purpose`);
    await runner.query(
      `ALTER TABLE links ADD CONSTRAINT links_purpose CHECK (purpose IN ('invitation', 'sounding', 'feed', 'feedback'))`,
    );
    await runner.query(`
      CREATE TABLE challenge_steps (
        challenge_id uuid NOT NULL,
        step text NOT NULL,
        done_on date,
        link text,
        moved_to date,
        move_reason text,
        CONSTRAINT challenge_steps_pkey PRIMARY KEY (challenge_id, step),
        CONSTRAINT challenge_steps_challenge_id_fkey FOREIGN KEY (challenge_id) REFERENCES challenges (id),
        CONSTRAINT challenge_steps_moved CHECK ((moved_to IS NULL) = (move_reason IS NULL))
      )
    `);
    await runner.query(`
      CREATE TABLE follow_up_changes (
        id bigint GENERATED ALWAYS AS IDENTITY,
        challenge_id uuid NOT NULL,
        subject text NOT NULL,
        what text NOT NULL,
        reason text,
        actor text NOT NULL,
        at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT follow_up_changes_pkey PRIMARY KEY (id),
        CONSTRAINT follow_up_changes_challenge_id_fkey FOREIGN KEY (challenge_id) REFERENCES challenges (id)
      )
    `);
    await runner.query(`CREATE INDEX follow_up_changes_challenge_id_idx ON follow_up_changes (challenge_id)`);
    await runner.query(`CREATE INDEX follow_up_changes_subject_idx ON follow_up_changes (subject)`);
    await runner.query(`
      CREATE TABLE visit_sessions (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        challenge_id uuid NOT NULL,
        day date NOT NULL,
        starts text NOT NULL,
        ends text NOT NULL,
        title text NOT NULL,
        people text NOT NULL DEFAULT '',
        room text NOT NULL DEFAULT '',
        seats text[] NOT NULL DEFAULT '{}',
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT visit_sessions_pkey PRIMARY KEY (id),
        CONSTRAINT visit_sessions_challenge_id_fkey FOREIGN KEY (challenge_id) REFERENCES challenges (id),
        CONSTRAINT visit_sessions_times CHECK (starts ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$' AND ends ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$' AND starts < ends)
      )
    `);
    await runner.query(`CREATE INDEX visit_sessions_challenge_id_idx ON visit_sessions (challenge_id)`);
    await runner.query(`
      CREATE TABLE documents (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        challenge_id uuid NOT NULL,
        type text NOT NULL,
        version smallint NOT NULL,
        link text NOT NULL,
        dated date NOT NULL,
        answer text,
        answer_text text,
        answered_on date,
        actor text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT documents_pkey PRIMARY KEY (id),
        CONSTRAINT documents_challenge_id_type_version_key UNIQUE (challenge_id, type, version),
        CONSTRAINT documents_challenge_id_fkey FOREIGN KEY (challenge_id) REFERENCES challenges (id),
        CONSTRAINT documents_type CHECK (type IN ('papers', 'position_statement', 'draft_report', 'report', 'action_plan')),
        CONSTRAINT documents_answer CHECK (answer IN ('accurate', 'corrections') AND type = 'draft_report' AND answered_on IS NOT NULL OR answer IS NULL AND answered_on IS NULL)
      )
    `);
    await runner.query(`
      CREATE TABLE recommendations (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        challenge_id uuid NOT NULL,
        number smallint NOT NULL,
        text text NOT NULL,
        answer text,
        answer_reason text,
        owner text,
        due date,
        council_state text NOT NULL DEFAULT 'not_started',
        review_state text,
        evidence text,
        sent_at timestamptz,
        version integer NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT recommendations_pkey PRIMARY KEY (id),
        CONSTRAINT recommendations_challenge_id_number_key UNIQUE (challenge_id, number),
        CONSTRAINT recommendations_challenge_id_fkey FOREIGN KEY (challenge_id) REFERENCES challenges (id),
        CONSTRAINT recommendations_number CHECK (number BETWEEN 1 AND 40),
        CONSTRAINT recommendations_answer CHECK (answer IN ('accepted', 'partly', 'rejected')),
        CONSTRAINT recommendations_reason CHECK (answer IS DISTINCT FROM 'rejected' OR answer_reason IS NOT NULL),
        CONSTRAINT recommendations_council_state CHECK (council_state IN ('not_started', 'under_way', 'done', 'stopped')),
        CONSTRAINT recommendations_review_state CHECK (review_state IN ('not_started', 'under_way', 'done', 'stopped'))
      )
    `);
    await runner.query(`
      CREATE TABLE feedback (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        challenge_id uuid NOT NULL,
        form text NOT NULL,
        peer_id uuid,
        scores jsonb,
        comment text,
        expires_at timestamptz,
        answered_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT feedback_pkey PRIMARY KEY (id),
        CONSTRAINT feedback_challenge_id_fkey FOREIGN KEY (challenge_id) REFERENCES challenges (id),
        CONSTRAINT feedback_peer_id_fkey FOREIGN KEY (peer_id) REFERENCES peers (id),
        CONSTRAINT feedback_form CHECK (form IN ('council', 'impact') AND peer_id IS NULL OR form IN ('peer', 'manager') AND peer_id IS NOT NULL)
      )
    `);
    await runner.query(
      `CREATE UNIQUE INDEX feedback_once ON feedback (challenge_id, form, peer_id) WHERE peer_id IS NOT NULL`,
    );
    await runner.query(
      `CREATE UNIQUE INDEX feedback_once_council ON feedback (challenge_id, form) WHERE peer_id IS NULL`,
    );
    await runner.query(`CREATE INDEX feedback_peer_id_idx ON feedback (peer_id)`);
    await runner.query(`
      CREATE TABLE good_practice (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        challenge_id uuid NOT NULL,
        title text NOT NULL,
        what text NOT NULL,
        consent_by text,
        consent_on date,
        actor text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT good_practice_pkey PRIMARY KEY (id),
        CONSTRAINT good_practice_challenge_id_fkey FOREIGN KEY (challenge_id) REFERENCES challenges (id),
        CONSTRAINT good_practice_consent CHECK ((consent_by IS NULL) = (consent_on IS NULL))
      )
    `);
    await runner.query(`CREATE INDEX good_practice_challenge_id_idx ON good_practice (challenge_id)`);
    await runner.query(`
      CREATE TABLE peer_changes (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        peer_id uuid NOT NULL,
        fields text[] NOT NULL,
        actor text NOT NULL,
        at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT peer_changes_pkey PRIMARY KEY (id),
        CONSTRAINT peer_changes_peer_id_fkey FOREIGN KEY (peer_id) REFERENCES peers (id)
      )
    `);
    await runner.query(`CREATE INDEX peer_changes_peer_id_idx ON peer_changes (peer_id)`);
    await runner.query(`
      CREATE TABLE circumstances (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        challenge_id uuid NOT NULL,
        peer_id uuid NOT NULL,
        change_id uuid NOT NULL,
        seat text NOT NULL,
        visit text NOT NULL,
        state text NOT NULL DEFAULT 'open',
        reason text,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT circumstances_pkey PRIMARY KEY (id),
        CONSTRAINT circumstances_challenge_id_seat_change_id_key UNIQUE (challenge_id, seat, change_id),
        CONSTRAINT circumstances_challenge_id_fkey FOREIGN KEY (challenge_id) REFERENCES challenges (id),
        CONSTRAINT circumstances_peer_id_fkey FOREIGN KEY (peer_id) REFERENCES peers (id),
        CONSTRAINT circumstances_change_id_fkey FOREIGN KEY (change_id) REFERENCES peer_changes (id),
        CONSTRAINT circumstances_visit CHECK (visit IN ('on_site', 'progress_review')),
        CONSTRAINT circumstances_state CHECK (state IN ('open', 'kept', 'replaced'))
      )
    `);
    await runner.query(`CREATE INDEX circumstances_peer_id_idx ON circumstances (peer_id)`);
    await this.changeKinds(runner);
  }

  /** Kinds that are stored already get what the new ones have. */
  private async changeKinds(runner: QueryRunner): Promise<void> {
    const kinds = `UPDATE policies SET content = jsonb_set(content, '{clock}', content->'clock' || `;
    await runner.query(`${kinds} ${NEW_CLOCK}) || '{"purpose": "challenge"}' WHERE id LIKE 'kind:%'`);
    await runner.query(
      `${kinds} ${SHORT}) WHERE id LIKE 'kind:%' AND content->'clock'->'progressReviewMonths' = 'null'`,
    );
    for (const [kind, purpose] of Object.entries(PURPOSES))
      await runner.query(`${kinds} ${FOLLOWING}) || jsonb_build_object('purpose', $2::text) WHERE id = $1`, [
        `kind:${kind}`,
        purpose,
      ]);
  }

  async down(runner: QueryRunner): Promise<void> {
    const added = ['scopeMonthsBefore', 'draftReportDays', 'accuracyDays', 'checkInMonths', 'impactMonths'];
    await runner.query(
      `UPDATE policies SET content = jsonb_set(content - 'purpose', '{clock}', ((content->'clock') - $1::text[]) || jsonb_build_object('actionPlanMonths', coalesce(content->'clock'->'actionPlanMonths', '5'))) WHERE id LIKE 'kind:%'`,
      [added],
    );
    const tables = [
      'circumstances',
      'peer_changes',
      'good_practice',
      'feedback',
      'recommendations',
      'documents',
      'visit_sessions',
    ];
    for (const table of [...tables, 'follow_up_changes', 'challenge_steps'])
      await runner.query(`DROP TABLE ${table}`);
    await runner.query(`DELETE FROM links WHERE purpose = 'feedback'`);
    await runner.query(`ALTER TABLE links DROP CONSTRAINT links_purpose`);
    await runner.query(
      `ALTER TABLE links ADD CONSTRAINT links_purpose CHECK (purpose IN ('invitation', 'sounding', 'feed'))`,
    );
    await runner.query(`ALTER TABLE bookings DROP attended, DROP absence_cause`);
    await runner.query(`DELETE FROM visits WHERE type IN ('follow_up', 'check_in')`);
    await runner.query(`ALTER TABLE visits DROP CONSTRAINT visits_type`);
    await runner.query(
      `ALTER TABLE visits ADD CONSTRAINT visits_type CHECK (type IN ('on_site', 'progress_review'))`,
    );
    await runner.query(`ALTER TABLE challenges DROP CONSTRAINT challenges_manager_week`);
    await runner.query(`ALTER TABLE challenges DROP manager_id, DROP follows_id`);
  }
}
