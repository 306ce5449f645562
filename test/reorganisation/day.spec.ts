import { Challenge } from '../../src/challenges/challenge.entity.js';
import { Council } from '../../src/councils/council.entity.js';
import { Account } from '../../src/people/account.entity.js';
import { Peer } from '../../src/peers/peer.entity.js';
import { cycleOf } from '../../src/programme/cycle/cycle.js';
import { QuestionsService } from '../../src/proposals/questions.service.js';
import { Handover } from '../../src/reorganisation/handover.entity.js';
import { HandoverService } from '../../src/reorganisation/handover.service.js';
import { Given } from '../support/given.js';
import { Service } from '../support/service.js';

const COUNTY = 'E10000030';
const WEST = 'E06900001';
const EAST = 'E06900002';
const WESTERN = ['E07000209', 'E07000212', 'E07000213', 'E07000214', 'E07000216', 'E07000217'];
const EASTERN = ['E07000207', 'E07000208', 'E07000210', 'E07000211', 'E07000215'];
const OLD = [COUNTY, ...WESTERN, ...EASTERN];
const DAY = '2027-04-01';
const WINDOW = { start: '2027-06-15', days: 3 };

interface Belongings {
  officer: string;
  member: string;
  account: string;
  challenge: string;
  linked: string;
}

let service: Service;
let given: Given;
/** Of the adviser of the region. */
let regional: string;
/** What each of the old councils has, by code. */
const of = new Map<string, Belongings>();
const ids = new Map<string, string>();
const idOf = (code: string): string => ids.get(code) ?? '';
const its = (code: string): Belongings => of.get(code) as Belongings;

beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  regional = await service.token('adviser', { region: 'South East' });
  await given.financePool(2);
  await service.done(
    'admin',
    'post',
    '/api/councils/import',
    `code,name,body,type,region,population,latitude,longitude,rurality\n${WEST},West Surrey Council,council,unitary,South East,660000,51.25,-0.6,2\n${EAST},East Surrey Council,council,unitary,South East,545000,51.25,-0.2,2\n`,
  );
  for (const { code, id } of await service.source.manager.find(Council)) ids.set(code, id);
  for (const code of OLD) of.set(code, await belongings(code));
  await service.done('adviser', 'post', `/api/councils/${idOf(COUNTY)}/offers`, {
    kind: 'corporate',
    madeOn: '2026-02-01',
    answer: 'declined',
    reason: 'reorganisation',
  });
  const follow = (code: string, predecessors: string[]): Promise<unknown> =>
    service.done('admin', 'post', `/api/councils/${idOf(code)}/successions`, { predecessors, from: DAY });
  await follow(WEST, [COUNTY, ...WESTERN]);
  await follow(EAST, [COUNTY, ...EASTERN]);
}, 60_000);
afterAll(() => service.stop());

async function belongings(code: string): Promise<Belongings> {
  const councilId = idOf(code);
  const officer = await given.peer({ class: 'officer', positions: ['chief-executive'], councilId });
  const member = await given.peer({ class: 'member', positions: ['leader'], party: 'Labour', councilId });
  const linked = await given.peer({
    class: 'officer',
    positions: ['chief-executive'],
    conflicts: [{ councilId, type: 'contract', until: null }],
  });
  const account = await service.source.manager.save(
    service.source.manager.create(Account, {
      email: `${code.toLowerCase()}@councils.example`,
      name: `Contact of ${code}`,
      role: 'council',
      councilId,
    }),
  );
  const challenge = await given.scoped(code, [WINDOW]);
  await service.done({ token: regional }, 'post', '/api/signals', {
    councilId,
    type: 'change-of-control',
    observedOn: '2026-10-01',
    source: code,
  });
  return {
    officer: officer.id,
    member: member.id,
    linked: linked.id,
    account: account.id,
    challenge: challenge.id,
  };
}

const at = (instant: string): void => {
  service.clock.set(new Date(instant));
};
const theDay = (): Promise<void> => service.app.get(HandoverService, { strict: false }).moveDue();
const peer = (id: string): Promise<Peer> => service.source.manager.findOneByOrFail(Peer, { id });
const homeOf = async (id: string): Promise<string | null> => (await peer(id)).councilId;
const accountAt = async (code: string): Promise<string | null> =>
  (await service.source.manager.findOneByOrFail(Account, { id: its(code).account })).councilId;
const challengeAt = async (code: string): Promise<string> =>
  (await service.source.manager.findOneByOrFail(Challenge, { id: its(code).challenge })).councilId;
const barsAt = async (challengeId: string, peerId: string): Promise<string[]> => {
  const asked = await service.app.get(QuestionsService).barred(service.source.manager, {
    challengeId,
    seats: { 'senior-officer': peerId },
    firstDay: WINDOW.start,
    days: WINDOW.days,
  });
  return asked.flatMap(({ bars }) => bars);
};
/** A challenge at one of the new councils, with the windows that the others have. */
const newChallenge = async (code: string): Promise<string> => (await given.scoped(code, [WINDOW])).id;
const preview = (
  code: string,
): Promise<{ movers: { id: string; becomes: string; successorId: string | null }[] }> =>
  service.done('programme', 'get', `/api/councils/${idOf(code)}/reorganisation`);

describe('a county and its eleven districts become two councils', () => {
  it('nothing moves before the day, and what is recorded bars already', async () => {
    at('2027-03-31T22:30:00Z'); // 23:30 in London, the last evening.
    await theDay();
    for (const code of OLD) {
      expect(await homeOf(its(code).officer)).toBe(idOf(code));
      expect(await accountAt(code)).toBe(idOf(code));
      expect(await challengeAt(code)).toBe(idOf(code));
    }
    const west = await newChallenge(WEST);
    expect(await barsAt(west, its(COUNTY).officer)).toEqual(['ownCouncil']);
    expect(await barsAt(west, its('E07000209').officer)).toEqual(['ownCouncil']);
    expect(await barsAt(west, its('E07000207').officer)).toContain('neighbour');
    expect(await barsAt(west, its(COUNTY).linked)).toEqual(['conflict']);
    expect(await barsAt(west, its('E07000209').linked)).toEqual(['conflict']);
    expect(await barsAt(west, its('E07000207').linked)).toEqual([]);
  });

  it('a challenge for days of the other body is refused, and the other body named', async () => {
    const book = async (code: string, start: string): Promise<string> => {
      const sent = await service.send('adviser', 'post', '/api/challenges', {
        councilId: idOf(code),
        kind: 'finance',
        windows: [{ start, days: 3 }],
      });
      expect(sent.status).toBe(400);
      return JSON.stringify(sent.body);
    };
    at('2026-12-01T12:00:00Z');
    expect(await book(COUNTY, '2027-04-06')).toContain(
      'Surrey County Council ends on Wednesday 31 March 2027; for later days book at East Surrey Council or West Surrey Council',
    );
    expect(await book('E07000209', '2027-06-22')).toContain('for later days book at West Surrey Council');
    expect(await book(WEST, '2027-03-16')).toContain(
      'West Surrey Council begins on Thursday 1 April 2027; for earlier days book at Guildford Borough Council',
    );
  });

  it('shows beforehand what will happen to whom, and a person says where those of the county go', async () => {
    const { movers } = await preview(COUNTY);
    const becomes = (id: string): string | undefined => movers.find((one) => one.id === id)?.becomes;
    expect(becomes(its(COUNTY).officer)).toBe('stays');
    expect(becomes(its(COUNTY).member)).toBe('ends');
    expect(becomes(its(COUNTY).account)).toBe('stays');
    expect(becomes(its(COUNTY).challenge)).toBe('stays');
    expect(
      (await preview('E07000209')).movers.find(({ id }) => id === its('E07000209').officer),
    ).toMatchObject({
      becomes: 'moves',
      successorId: idOf(WEST),
    });
    const place = (placements: object[]): Promise<Awaited<ReturnType<Service['send']>>> =>
      service.send('programme', 'put', `/api/councils/${idOf(COUNTY)}/placements`, { placements });
    expect(
      (await place([{ kind: 'peer', id: its(COUNTY).officer, successorId: idOf('E07000209') }])).status,
    ).toBe(400);
    const to = (kind: string, id: string): object => ({ kind, id, successorId: idOf(EAST) });
    const placed = await place([to('peer', its(COUNTY).officer), to('challenge', its(COUNTY).challenge)]);
    expect(placed.status).toBe(200);
    expect((await preview(COUNTY)).movers.find(({ id }) => id === its(COUNTY).officer)).toMatchObject({
      becomes: 'moves',
      successorId: idOf(EAST),
    });
    expect(await homeOf(its(COUNTY).officer)).toBe(idOf(COUNTY));
  });

  it('on the day everything moves, once', async () => {
    at('2027-03-31T23:30:00Z'); // Half past midnight in London, on the day.
    await theDay();
    const moved = await service.source.manager.count(Handover);
    for (const [successor, districts] of [
      [WEST, WESTERN],
      [EAST, EASTERN],
    ] as const)
      for (const code of districts) {
        expect(await homeOf(its(code).officer)).toBe(idOf(successor));
        expect(await accountAt(code)).toBe(idOf(successor));
        expect(await challengeAt(code)).toBe(idOf(successor));
        expect(await peer(its(code).member)).toMatchObject({
          councilId: null,
          positions: [],
          homes: [{ councilId: idOf(code), from: null, to: '2027-03-31' }],
        });
      }
    // Their advisers are asked about it.
    const changes = await service.source.query<{ fields: string[] }[]>(
      'SELECT fields FROM peer_changes WHERE peer_id = $1',
      [its('E07000209').officer],
    );
    expect(changes).toEqual([{ fields: ['councilId', 'homes'] }]);
    expect(await homeOf(its(COUNTY).officer)).toBe(idOf(EAST));
    expect(await challengeAt(COUNTY)).toBe(idOf(EAST));
    // Nobody said where it goes.
    expect(await accountAt(COUNTY)).toBe(idOf(COUNTY));
    await theDay();
    expect(await service.source.manager.count(Handover)).toBe(moved);
  });

  it('and the lineage goes on counting: own house, links, signals, offers, the cycle', async () => {
    const west = its('E07000209').challenge;
    expect(await barsAt(west, its('E07000212').officer)).toEqual(['ownCouncil', 'conflict']);
    expect(await barsAt(west, its(COUNTY).officer)).toEqual(['neighbour', 'conflict']);
    expect(await barsAt(west, its(COUNTY).linked)).toEqual(['conflict']);
    const signals = await service.done<{ source: string }[]>(
      { token: regional },
      'get',
      `/api/signals?council=${idOf(WEST)}`,
    );
    expect(signals.map(({ source }) => source).sort()).toEqual([COUNTY, ...WESTERN].sort());
    for (const code of [WEST, EAST])
      expect(await service.done('programme', 'get', `/api/councils/${idOf(code)}/offers`)).toMatchObject([
        { answer: 'declined' },
      ]);
    await service.source.query(
      `INSERT INTO challenges (council_id, kind, state, seats, coverage, windows, first_day, last_day, version) VALUES ($1, 'corporate', 'closed', '[]', '[]', '[]', '2024-03-05', '2024-03-08', 1)`,
      [idOf(COUNTY)],
    );
    for (const code of [WEST, EAST])
      expect(await cycleOf(service.db, idOf(code))).toEqual({ last: '2024-03-08', due: '2029-03-08' });
  });

  it('who was left is placed later, and goes at once', async () => {
    await service.done('programme', 'put', `/api/councils/${idOf(COUNTY)}/placements`, {
      placements: [{ kind: 'account', id: its(COUNTY).account, successorId: idOf(WEST) }],
    });
    expect(await accountAt(COUNTY)).toBe(idOf(WEST));
  });

  it('undoing gives back what was moved, and leaves what changed since', async () => {
    const [kept, changed] = ['E07000209', 'E07000212'] as const;
    const { version } = await peer(its(changed).officer);
    await service.done(
      'programme',
      'patch',
      `/api/peers/${its(changed).officer}`,
      { councilId: idOf('E10000016') },
      {
        'If-Match': `"${String(version)}"`,
      },
    );
    for (const code of [kept, changed]) {
      const undone = await service.send('admin', 'post', `/api/councils/${idOf(WEST)}/successions/undo`, {
        predecessor: code,
      });
      expect(undone.status).toBe(204);
    }
    expect(await homeOf(its(kept).officer)).toBe(idOf(kept));
    expect(await accountAt(kept)).toBe(idOf(kept));
    expect(await challengeAt(kept)).toBe(idOf(kept));
    expect(await peer(its(kept).member)).toMatchObject({
      councilId: idOf(kept),
      positions: ['leader'],
      homes: [],
    });
    expect(await homeOf(its(changed).officer)).toBe(idOf('E10000016'));
    expect(await given.council(kept)).toMatchObject({ validTo: null });
    expect(await given.council('E07000213')).toMatchObject({ validTo: '2027-03-31' });
  });
});
