import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { addDays, daysBetween, londonDate, type CivilDate } from '../../src/calendar/dates.js';
import { CHALLENGE_STATES, isConfirmed, isDelivered, isLive, isOpen } from '../../src/challenges/states.js';
import { makeDataSource } from '../../src/data-source.js';
import { Booking } from '../../src/invitations/booking.entity.js';
import { Invitation } from '../../src/invitations/invitation.entity.js';
import { wantedFor, type Approval } from '../../src/proposals/consents.js';
import { Proposal } from '../../src/proposals/proposal.entity.js';
import { LATE_DAYS } from '../../src/visits/timetable.service.js';
import { createDatabase } from '../support/database.js';

const SRC = new URL('../../../src/', import.meta.url).pathname;

let source: DataSource;
const ids = async (sql: string): Promise<string[]> =>
  (await source.query<{ id: string }[]>(sql)).map(({ id }) => id).sort();

beforeAll(async () => {
  source = await makeDataSource(await createDatabase(true)).initialize();
}, 90_000);
afterAll(() => source.destroy());

describe('a rule that queries need too stands in one view, and the view says what the code says', () => {
  it('of the states of a challenge', async () => {
    const rows = await source.query<object[]>('SELECT * FROM challenge_states');
    expect(rows).toEqual(
      CHALLENGE_STATES.map((state) => ({
        state,
        open: isOpen(state),
        live: isLive(state),
        delivered: isDelivered(state),
        confirmed: isConfirmed(state),
      })),
    );
  });

  it('of the kinds', async () => {
    const kinds = await source.query<{ id: string; content: object }[]>('SELECT * FROM kinds ORDER BY id');
    const policies = await source.query<{ id: string; content: object }[]>(
      `SELECT id, content FROM policies WHERE id ^@ 'kind:' ORDER BY id`,
    );
    expect(kinds.map(({ id, content }) => ({ id: `kind:${id}`, content }))).toEqual(policies);
    expect(kinds.length).toBeGreaterThan(5);
  });

  it('of the challenges whose visit took place, those that were ended after it too', async () => {
    const [one, other] = await source.query<{ id: string }[]>(
      `SELECT id FROM challenges WHERE state = 'reporting' ORDER BY id LIMIT 2`,
    );
    await source.query(`UPDATE challenges SET state = 'cancelled' WHERE id = $1`, [one?.id]);
    await source.query(`UPDATE challenges SET state = 'cancelled' WHERE id = $1`, [other?.id]);
    await source.query(`DELETE FROM challenge_changes WHERE challenge_id = $1 AND "to" = 'reporting'`, [
      other?.id,
    ]);
    const delivered = await ids('SELECT id FROM delivered_challenges');
    const after = await source.query<{ id: string; state: (typeof CHALLENGE_STATES)[number] }[]>(
      'SELECT id, state FROM challenges',
    );
    const expected = after.filter(({ id, state }) => isDelivered(state) || id === one?.id);
    expect(delivered).toEqual(expected.map(({ id }) => id).sort());
    expect(delivered).not.toContain(other?.id);
  });

  it('of the approved team, whoever consents and whether a second approver is wanted', async () => {
    const by = (...who: Approval['by'][]): Approval[] =>
      who.map((one) => ({ by: one, actor: 'test', at: '2026-11-01T00:00:00Z' }));
    const wishes = [by(), by('council'), by('second'), by('council', 'second'), by('silence')];
    await source.query(
      `UPDATE policies SET content = content || '{"secondApproval": true}' WHERE id IN ('kind:finance', 'kind:corporate')`,
    );
    const agreed = await source.manager.find(Proposal, {
      where: { state: 'agreed' },
      relations: { challenge: true },
    });
    for (const [n, proposal] of agreed.entries()) proposal.approvals = wishes[n % wishes.length] ?? [];
    await source.manager.save(agreed);
    const kinds =
      await source.query<{ id: string; content: { secondApproval?: boolean } }[]>('SELECT * FROM kinds');
    const second = new Set(kinds.filter(({ content }) => content.secondApproval).map(({ id }) => id));
    const expected = agreed.filter(({ challenge, ...one }) => {
      if (!challenge) throw new Error('no challenge');
      return Object.assign(new Proposal(), one).isApproved(
        wantedFor(challenge, { secondApproval: second.has(challenge.kind) }),
      );
    });
    expect(await ids('SELECT proposal_id AS id FROM approved_teams')).toEqual(
      expected.map(({ id }) => id).sort(),
    );
    const byCouncil = agreed.filter(
      ({ approvals }) => approvals.length === 1 && approvals[0]?.by === 'council',
    );
    const kindsSeen = new Set(byCouncil.map((one) => second.has(one.challenge?.kind ?? '')));
    expect(kindsSeen).toEqual(new Set([true, false]));
  });

  it('of the days that a peer gave, or is to give', async () => {
    const booked = await source.manager.find(Booking, { where: { state: 'booked' }, order: { id: 'ASC' } });
    const [short] = booked.filter(({ firstDay, lastDay }) => lastDay > firstDay);
    if (!short) throw new Error('no booking of several days');
    short.attended = [short.firstDay];
    await source.manager.save(short);
    const expected = booked.map(
      ({ attended, firstDay, lastDay }) => attended?.length ?? daysBetween(firstDay, lastDay) + 1,
    );
    const rows = await source.query<{ days: number }[]>('SELECT days FROM peer_days');
    const sorted = (days: number[]): number[] => [...days].sort((a, b) => a - b);
    expect(sorted(rows.map(({ days }) => days))).toEqual(sorted(expected));
    const [held] = booked;
    await source.query(`UPDATE bookings SET state = 'held' WHERE id = $1`, [held?.id]);
    const [{ count } = { count: 0 }] = await source.query<{ count: number }[]>(
      'SELECT count(*)::int AS count FROM peer_days',
    );
    expect(count).toBe(booked.length - 1);
  });

  it('of a late change, on both sides of its limits', async () => {
    const [booked] = await source.query<{ id: string; first: CivilDate; last: CivilDate }[]>(
      `SELECT i.id, c.first_day::text AS first, c.last_day::text AS last FROM invitations i JOIN challenges c ON c.id = i.challenge_id
       WHERE i.state = 'accepted' AND c.last_day > c.first_day ORDER BY i.id LIMIT 1`,
    );
    if (!booked) throw new Error('nobody has accepted');
    const isLate = async (state: string, on: CivilDate): Promise<boolean> => {
      await source.manager.update(Invitation, booked.id, {
        state: state as 'declined',
        answeredAt: new Date(`${on}T12:00:00Z`),
      });
      const rows = await source.query<{ on: string }[]>(
        'SELECT "on"::text FROM late_changes l JOIN invitations i USING (challenge_id, peer_id, seat) WHERE i.id = $1',
        [booked.id],
      );
      return rows.length > 0;
    };
    const early = addDays(booked.first, -LATE_DAYS);
    expect(await isLate('declined', early)).toBe(true);
    expect(await isLate('withdrawn', booked.last)).toBe(true);
    expect(await isLate('declined', addDays(early, -1))).toBe(false);
    expect(await isLate('withdrawn', addDays(booked.last, 1))).toBe(false);
    expect(await isLate('accepted', early)).toBe(false);
    expect(londonDate(new Date(`${early}T12:00:00Z`))).toBe(early);
  });

  it('and no query lists states by itself, but for the constraints of entities', () => {
    const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
      (file) => /\.ts$/.test(file) && !/\.entity\.ts$/.test(file),
    );
    const listed = files.filter((file) =>
      /state (NOT )?IN \((?!SELECT|:\.\.\.)|'kind:' \|\||\.approvals, '\$/.test(
        readFileSync(join(SRC, file), 'utf8'),
      ),
    );
    expect(listed).toEqual([]);
  });
});
