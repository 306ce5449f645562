import { Council } from '../../src/councils/council.entity.js';
import type { CreatePeer, HomeField } from '../../src/peers/peers.dto.js';
import { QuestionsService } from '../../src/proposals/questions.service.js';
import { Given, type Ided } from '../support/given.js';
import { PageSession } from '../support/page-session.js';
import { Service } from '../support/service.js';

/** Hosts and homes by code. */
const BOLTON = 'E08000001';
const BURY = 'E08000002';
const SALFORD = 'E08000006';
const TRAFFORD = 'E08000009';
const GREATER_MANCHESTER = 'E47000001';
const SURREY = 'E10000030';
const SURREY_FIRE = 'E31000035';
const GUILDFORD = 'E07000209';
const REIGATE = 'E07000211';
const SPELTHORNE = 'E07000213';
const KENT = 'E10000016';
const DEVON_FIRE = 'E31000011';
const PLYMOUTH = 'E06000026';
const PARTNERS = 'P-BOLTON-BURY';
const HEALTH = 'NHS-GM';
const WEST = 'E06900001';
const EAST = 'E06900002';

const DAYS = 3;
/** A county that ends in spring is looked at before. */
const startAt = (host: string): string =>
  host === SURREY || host === GUILDFORD ? '2027-03-16' : '2027-06-08';
const SEAT = 'senior-officer';

type Home = Omit<HomeField, 'councilId'> & { code: string };
interface Situation {
  who: string;
  host: string;
  /** Their council, by code. */
  from: string | null;
  homes?: Home[];
  conflicts?: string[];
  /** What stands against them, and how people say it. */
  bars: string[];
}

const OWN = ['ownCouncil'];
const NEAR = ['neighbour'];
const LINKED = ['conflict'];

const SITUATIONS: Situation[] = [
  { who: 'an officer of the council', host: BOLTON, from: BOLTON, bars: OWN },
  { who: 'an officer next door', host: BOLTON, from: BURY, bars: NEAR },
  {
    who: 'somebody of a council further on, in the same combined authority',
    host: BOLTON,
    from: TRAFFORD,
    bars: [],
  },
  {
    who: 'an officer of the combined authority it belongs to',
    host: BOLTON,
    from: GREATER_MANCHESTER,
    bars: OWN,
  },
  {
    who: 'an officer of a council of the combined authority',
    host: GREATER_MANCHESTER,
    from: TRAFFORD,
    bars: OWN,
  },
  { who: 'an officer of a council of the partnership', host: PARTNERS, from: BOLTON, bars: OWN },
  { who: 'the health body of the partnership', host: PARTNERS, from: HEALTH, bars: OWN },
  { who: 'somebody who works for the partnership', host: BOLTON, from: PARTNERS, bars: OWN },
  { who: 'a neighbour of one of the partners', host: PARTNERS, from: SALFORD, bars: NEAR },
  { who: 'somebody of a body that was a partner before', host: PARTNERS, from: TRAFFORD, bars: [] },
  { who: 'a fire officer of the county’s own service', host: SURREY, from: SURREY_FIRE, bars: OWN },
  { who: 'a county officer, at its fire service', host: SURREY_FIRE, from: SURREY, bars: OWN },
  {
    who: 'an officer of one of its districts, at the fire service',
    host: SURREY_FIRE,
    from: GUILDFORD,
    bars: NEAR,
  },
  { who: 'a fire officer of the county next door', host: KENT, from: SURREY_FIRE, bars: NEAR },
  { who: 'an officer of a council of the fire authority', host: DEVON_FIRE, from: PLYMOUTH, bars: OWN },
  {
    who: 'a councillor of district and county',
    host: SURREY,
    from: GUILDFORD,
    homes: [{ code: SURREY, from: null, to: null }],
    bars: [...OWN, ...NEAR],
  },
  {
    who: 'an officer shared with a neighbour',
    host: BOLTON,
    from: TRAFFORD,
    homes: [{ code: SALFORD, from: '2026-01-01', to: null }],
    bars: NEAR,
  },
  {
    who: 'an officer who moves to a neighbour later',
    host: BOLTON,
    from: TRAFFORD,
    homes: [{ code: SALFORD, from: '2027-09-01', to: null }],
    bars: [],
  },
  {
    who: 'a former officer, five years before',
    host: BOLTON,
    from: TRAFFORD,
    homes: [{ code: BOLTON, from: null, to: '2022-06-08' }],
    bars: LINKED,
  },
  {
    who: 'a former officer, five years and a day before',
    host: BOLTON,
    from: TRAFFORD,
    homes: [{ code: BOLTON, from: null, to: '2022-06-07' }],
    bars: [],
  },
  {
    who: 'a former officer of a partner',
    host: PARTNERS,
    from: TRAFFORD,
    homes: [{ code: BURY, from: null, to: '2026-01-31' }],
    bars: LINKED,
  },
  {
    who: 'somebody with a declared link with a partner',
    host: PARTNERS,
    from: TRAFFORD,
    conflicts: [BOLTON],
    bars: LINKED,
  },
  { who: 'an officer of the county that it will follow', host: WEST, from: SURREY, bars: OWN },
  { who: 'an officer of a district that it will follow', host: WEST, from: GUILDFORD, bars: OWN },
  { who: 'an officer of the body that will follow it', host: SURREY, from: WEST, bars: OWN },
  { who: 'an officer of a district that will be one with it', host: GUILDFORD, from: SPELTHORNE, bars: NEAR },
  { who: 'the other half of the county', host: WEST, from: EAST, bars: NEAR },
  { who: 'an officer of a district of the other half', host: WEST, from: REIGATE, bars: NEAR },
  {
    who: 'somebody with a declared link with the county',
    host: WEST,
    from: TRAFFORD,
    conflicts: [SURREY],
    bars: LINKED,
  },
];

const WORDS: Record<string, string> = {
  ownCouncil: 'from the council itself, or a body joined to it',
  neighbour: 'from a neighbour of the council',
  conflict: 'has a link with the council',
  sameTeam: 'from the same council as another of the team, or one joined to it',
};

let service: Service;
let given: Given;
let adviser: PageSession;
/** By host: the challenge, and a team for it. */
const teams = new Map<string, { challenge: string; proposal: string }>();
const id = async (code: string): Promise<string> => (await given.council(code)).id;

beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  adviser = await new PageSession(service.app).be((await given.staff('E09000001')).adviser);
  await given.financePool(4);
  // Far from all that is asked about.
  await service.source.query(
    `UPDATE peers p SET council_id = c.id FROM (SELECT id, row_number() OVER (ORDER BY name) AS n FROM peers) x
       JOIN (SELECT id, row_number() OVER (ORDER BY code) AS n FROM councils WHERE type = 'london_borough') c USING (n) WHERE x.id = p.id`,
  );
  await bodies();
  for (const host of new Set(SITUATIONS.map((one) => one.host))) {
    const challenge = await given.scoped(host, [{ start: startAt(host), days: DAYS }]);
    const [proposal] = (await given.proposals(challenge.id)).proposals;
    teams.set(host, { challenge: challenge.id, proposal: proposal?.id ?? '' });
  }
}, 60_000);
afterAll(() => service.stop());

/** A partnership with a health body, and a county that becomes two councils. */
async function bodies(): Promise<void> {
  const add = (body: object): Promise<Ided> => service.done('admin', 'post', '/api/councils', body);
  await add({ code: HEALTH, name: 'NHS Greater Manchester', body: 'health', region: 'North West' });
  await add({
    code: PARTNERS,
    name: 'Bolton and Bury care partnership',
    body: 'partnership',
    members: [BOLTON, BURY, HEALTH, TRAFFORD],
  });
  await service.source.query(
    `UPDATE council_links SET until = '2026-01-01' WHERE council_id = $1 AND other_id = $2`,
    [await id(PARTNERS), await id(TRAFFORD)],
  );
  await service.done(
    'admin',
    'post',
    '/api/councils/import',
    `code,name,body,type,region,population,latitude,longitude,rurality\n${WEST},West Surrey Council,council,unitary,South East,660000,51.25,-0.6,2\n${EAST},East Surrey Council,council,unitary,South East,545000,51.25,-0.2,2\n`,
  );
  const follow = async (code: string, predecessors: string[]): Promise<unknown> =>
    service.done('admin', 'post', `/api/councils/${await id(code)}/successions`, {
      predecessors,
      from: '2027-04-01',
    });
  await follow(WEST, [SURREY, GUILDFORD, SPELTHORNE]);
  await follow(EAST, [SURREY, REIGATE]);
}

async function peer({ from, homes = [], conflicts = [] }: Partial<Situation>): Promise<string> {
  const facts: Partial<CreatePeer> = {
    councilId: from ? await id(from) : null,
    homes: await Promise.all(
      homes.map(async ({ code, ...home }) => ({ councilId: await id(code), ...home })),
    ),
    conflicts: await Promise.all(
      conflicts.map(async (code) => ({ councilId: await id(code), type: 'contract' as const, until: null })),
    ),
  };
  const added = await given.peer({
    class: 'officer',
    positions: ['chief-executive'],
    skills: { finance: 5, governance: 4 },
    ...facts,
  });
  return added.id;
}

describe('who may not look at a body, since they belong to it', () => {
  it.each(SITUATIONS)('$host: $who', async (situation) => {
    const team = teams.get(situation.host) ?? { challenge: '', proposal: '' };
    const person = await peer(situation);
    const days = { firstDay: startAt(situation.host), days: DAYS };
    const seats = { challengeId: team.challenge, seats: { [SEAT]: person }, ...days };
    const asked = await service.app.get(QuestionsService).barred(service.source.manager, seats);
    expect(asked.flatMap(({ bars }) => bars)).toEqual(situation.bars);

    const edited = await service.send('adviser', 'post', `/api/proposals/${team.proposal}/edit`, {
      seats: { [SEAT]: person },
    });
    expect(edited.status).toBe(situation.bars.length > 0 ? 409 : 201);
    const page = await adviser.post(`/proposals/${team.proposal}/seats/${SEAT}`, {
      peer: person,
      step: 'swap',
    });
    expect(page.status).toBe(situation.bars.length > 0 ? 409 : 303);
    for (const bar of situation.bars) {
      expect(JSON.stringify(edited.body)).toContain(WORDS[bar]);
      expect(page.text).toContain(WORDS[bar]);
    }
    await service.done('programme', 'post', `/api/peers/${person}/retire`);
  });

  it('two of one house do not sit in one team, two members of one combined authority do', async () => {
    const team = teams.get(KENT) ?? { challenge: '', proposal: '' };
    const together = async (one: string, other: string): Promise<string[]> => {
      const seats = { [SEAT]: await peer({ from: one }), 'finance-officer': await peer({ from: other }) };
      const asked = await service.app.get(QuestionsService).barred(service.source.manager, {
        challengeId: team.challenge,
        seats,
        firstDay: startAt(KENT),
        days: DAYS,
      });
      return asked.flatMap(({ bars }) => bars.filter((bar) => bar === 'sameTeam'));
    };
    expect(await together(BOLTON, GREATER_MANCHESTER)).toEqual(['sameTeam', 'sameTeam']);
    expect(await together(DEVON_FIRE, PLYMOUTH)).toEqual(['sameTeam', 'sameTeam']);
    expect(await together(BOLTON, TRAFFORD)).toEqual([]);
  });

  it('nobody who is barred is named a reserve, or sounded out', async () => {
    const team = teams.get(BOLTON) ?? { challenge: '', proposal: '' };
    const [barred, free] = [await peer({ from: BURY }), await peer({ from: TRAFFORD })];
    await service.source.query(`UPDATE peers SET email = left(id::text, 8) || '@peers.example'`);
    for (const step of ['reserve', 'sound'])
      for (const [person, status] of [
        [barred, 409],
        [free, 303],
      ] as const) {
        const sent = await adviser.post(`/proposals/${team.proposal}/seats/${SEAT}`, { peer: person, step });
        expect([step, sent.status]).toEqual([step, status]);
        if (status === 409) expect(sent.text).toContain('from a neighbour of the council');
      }
  });

  it('travel and likeness are those of the nearest home', async () => {
    const host = await given.council(BOLTON);
    const person = await peer({ from: PLYMOUTH, homes: [{ code: TRAFFORD, from: null, to: null }] });
    const question = await service.app.get(QuestionsService).of(teams.get(BOLTON)?.challenge ?? '', {
      among: { positions: [], ids: [person] },
    });
    const near = await service.source.manager.findOneByOrFail(Council, { code: TRAFFORD });
    const p = question.pool.find(person) ?? -1;
    expect(question.pool.councils[question.pool.council[p] ?? -1]?.id).toBe(near.id);
    expect(host.region).toBe('North West');
  });
});
