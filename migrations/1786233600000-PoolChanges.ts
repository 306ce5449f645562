import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What of the pool a transaction changed, written by that transaction itself, whatever changed it: so that a process which keeps the pool in
 * memory reads anew what is not as it was, and nothing else. A row names a peer; a challenge or the reference of one of before, whose peers
 * are looked up by whoever reads, since another transaction may add some meanwhile; or nothing where host bodies changed. `whole` where a
 * peer is gone, or has another id, which is then named nowhere any more.
 */
export class PoolChanges1786233600000 implements MigrationInterface {
  name = 'PoolChanges1786233600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE pool_changes (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
        peer_id uuid,
        challenge_id uuid,
        reference text,
        whole boolean NOT NULL DEFAULT false,
        at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX pool_changes_transaction_idx ON pool_changes (transaction_id);
      CREATE INDEX pool_changes_at_idx ON pool_changes (at);

      CREATE FUNCTION tell_pool_of_peer() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND OLD.id <> NEW.id THEN
          DELETE FROM pool_changes WHERE peer_id = OLD.id;
          INSERT INTO pool_changes (whole) VALUES (true);
        ELSE INSERT INTO pool_changes (peer_id) VALUES (NEW.id);
        END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER peers_pool AFTER INSERT OR UPDATE OR DELETE ON peers FOR EACH ROW EXECUTE FUNCTION tell_pool_of_peer();

      CREATE FUNCTION tell_pool_of_service() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'UPDATE' AND OLD.peer_id IS NOT NULL AND OLD.peer_id IS DISTINCT FROM NEW.peer_id
          THEN INSERT INTO pool_changes (whole) VALUES (true);
        ELSIF TG_OP = 'DELETE' THEN INSERT INTO pool_changes (peer_id) SELECT OLD.peer_id WHERE OLD.peer_id IS NOT NULL;
        ELSE INSERT INTO pool_changes (peer_id) SELECT NEW.peer_id WHERE NEW.peer_id IS NOT NULL;
        END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER bookings_pool AFTER INSERT OR UPDATE OR DELETE ON bookings FOR EACH ROW EXECUTE FUNCTION tell_pool_of_service();
      CREATE TRIGGER past_seats_pool AFTER INSERT OR UPDATE OR DELETE ON past_seats FOR EACH ROW EXECUTE FUNCTION tell_pool_of_service();

      CREATE FUNCTION tell_pool_of_past() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP <> 'INSERT' THEN INSERT INTO pool_changes (reference) SELECT OLD.reference WHERE OLD.reference IS NOT NULL; END IF;
        IF TG_OP <> 'DELETE' THEN INSERT INTO pool_changes (reference) SELECT NEW.reference WHERE NEW.reference IS NOT NULL; END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER past_challenges_pool AFTER INSERT OR UPDATE OR DELETE ON past_challenges FOR EACH ROW EXECUTE FUNCTION tell_pool_of_past();

      CREATE FUNCTION tell_pool_of_challenge() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO pool_changes (challenge_id) VALUES (NEW.id);
        RETURN NULL;
      END $$;
      CREATE TRIGGER challenges_pool AFTER UPDATE OF state, first_day, last_day ON challenges FOR EACH ROW EXECUTE FUNCTION tell_pool_of_challenge();

      CREATE FUNCTION tell_pool_of_step() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO pool_changes (challenge_id) VALUES (NEW.challenge_id);
        RETURN NULL;
      END $$;
      CREATE TRIGGER challenge_changes_pool AFTER INSERT ON challenge_changes FOR EACH ROW WHEN (NEW."to" = 'reporting') EXECUTE FUNCTION tell_pool_of_step();

      CREATE FUNCTION tell_pool_of_bodies() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO pool_changes DEFAULT VALUES;
        RETURN NULL;
      END $$;
      CREATE TRIGGER councils_pool AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON councils FOR EACH STATEMENT EXECUTE FUNCTION tell_pool_of_bodies();
      CREATE TRIGGER council_links_pool AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON council_links FOR EACH STATEMENT EXECUTE FUNCTION tell_pool_of_bodies();
      CREATE TRIGGER successions_pool AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON successions FOR EACH STATEMENT EXECUTE FUNCTION tell_pool_of_bodies();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER peers_pool ON peers;
      DROP TRIGGER bookings_pool ON bookings;
      DROP TRIGGER past_seats_pool ON past_seats;
      DROP TRIGGER past_challenges_pool ON past_challenges;
      DROP TRIGGER challenges_pool ON challenges;
      DROP TRIGGER challenge_changes_pool ON challenge_changes;
      DROP TRIGGER councils_pool ON councils;
      DROP TRIGGER council_links_pool ON council_links;
      DROP TRIGGER successions_pool ON successions;
      DROP FUNCTION tell_pool_of_peer, tell_pool_of_service, tell_pool_of_past, tell_pool_of_challenge, tell_pool_of_step, tell_pool_of_bodies;
      DROP TABLE pool_changes;
    `);
  }
}
