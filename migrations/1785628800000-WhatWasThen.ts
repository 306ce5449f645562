import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was then stays then: the clock and the measures of a confirmed challenge, and what a peer was who served in it. */
export class WhatWasThen1785628800000 implements MigrationInterface {
  name = 'WhatWasThen1785628800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE challenges ADD policy jsonb');
    await runner.query('ALTER TABLE bookings ADD stood jsonb');
    await runner.query(`
      UPDATE challenges c SET policy = jsonb_build_object('clock', k.content->'clock', 'measures', k.content->'measures')
      FROM kinds k WHERE k.id = c.kind AND c.state IN (SELECT state FROM challenge_states WHERE confirmed)
    `);
    await runner.query(`
      UPDATE bookings b SET stood = jsonb_build_object('councilId', p.council_id, 'organisation', p.organisation, 'positions', p.positions, 'party', p.party,
        'experience', p.reviews + coalesce((SELECT s.served FROM peer_served s WHERE s.peer_id = p.id), 0),
        'accreditation', (SELECT a FROM jsonb_array_elements(p.accreditations) a WHERE a->>'kind' = c.kind LIMIT 1))
      FROM peers p, challenges c WHERE p.id = b.peer_id AND c.id = b.challenge_id AND b.state = 'booked'
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE bookings DROP stood');
    await runner.query('ALTER TABLE challenges DROP policy');
  }
}
