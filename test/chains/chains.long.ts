import { Account } from '../../src/people/account.entity.js';
import { ChainsService } from '../../src/chains/chains.service.js';
import { overlapping } from '../support/bookings.js';
import { Given, type Ided } from '../support/given.js';
import { PageSession } from '../support/page-session.js';
import { eventually, Service } from '../support/service.js';

interface ChainBody {
  id: string;
  state: string;
  moves: { peerId: string; name: string; from: string | null; to: string | null }[];
  links: { challengeId: string; saidYes: boolean }[];
}
interface Invited {
  id: string;
  seat: string;
  peerId: string;
  state: string;
}
interface Seated {
  /** Where the seat is empty. */
  here: string;
  /** From where somebody could come. */
  there: string;
  /** Who said no here, who serves there, and who could take their place there and not here. */
  left: string;
  mover: string;
  joiner: string;
}

const [HERE, THERE] = ['E08000028', 'E08000003'];

let service: Service;
let given: Given;
/** First days, each for one story. */
const WEEKS = [
  '2027-06-08',
  '2027-06-22',
  '2027-07-06',
  '2027-09-07',
  '2027-09-21',
  '2027-10-05',
  '2027-10-19',
  '2027-11-02',
  '2027-11-16',
  '2027-11-23',
];
let week = 0;
let officeId = '';

beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  const office = {
    email: 'office@staff.example',
    name: 'Olu Office',
    role: 'programme' as const,
    example: true,
  };
  officeId = (await service.source.manager.save(Account, office)).id;
  const [here, there] = [await given.council(HERE), await given.council(THERE)].map(({ id }) => id);
  await pool([
    ['leader', 'member', 6],
    ['head', 'officer', 6],
    ['chief-executive', 'officer', 6],
  ]);
  // Three can be the finance officer: one only here, one only there, one at both.
  await officer('Xan Exit', 9, [there ?? '']);
  await officer('Mo Mover', 5, []);
  await officer('Jo Joiner', 1, [here ?? '']);
}, 60_000);
afterAll(() => service.stop());

const email = (name: string): string => `${name.toLowerCase().replace(' ', '.')}@pool.example`;

async function pool(
  seats: [position: string, peerClass: 'member' | 'officer', many: number][],
): Promise<void> {
  for (const [position, peerClass, many] of seats)
    for (let i = 0; i < many; i++)
      await given.peer({
        ...{ class: peerClass, positions: [position], skills: { finance: 5, governance: 4 }, reviews: 4 },
        party: peerClass === 'member' ? 'Labour' : null,
        email: email(`${position} ${String(i)}`),
      });
}

const officer = (name: string, rating: number, links: string[]): Promise<Ided> =>
  given.peer({
    ...{ class: 'officer', positions: ['s151'], skills: { finance: 5 }, reviews: 4, name, rating },
    email: email(name),
    conflicts: links.map((councilId) => ({ councilId, type: 'contract', until: null })),
  });

const idOf = async (name: string): Promise<string> => {
  const [row] = await service.source.query<{ id: string }[]>('SELECT id FROM peers WHERE name = $1', [name]);
  return row?.id ?? '';
};

const invitations = (challenge: string): Promise<Invited[]> =>
  service.done('adviser', 'get', `/api/challenges/${challenge}/invitations`);
const open = async (challenge: string): Promise<Invited[]> =>
  (await invitations(challenge)).filter(({ state }) => state === 'pending');
const accept = async (challenge: string): Promise<void> => {
  for (const { id } of await open(challenge))
    await service.done('adviser', 'post', `/api/invitations/${id}/accept`);
};
const stateOf = async (challenge: string): Promise<string> =>
  (await service.done<{ state: string }>('adviser', 'get', `/api/challenges/${challenge}`)).state;

/** A challenge here that loses its finance officer, beside one there on the same days whose team is confirmed. */
async function seated(): Promise<Seated> {
  // Every third week of the spring of 2027 at other councils would do as well; nobody is asked twice for one.
  const windows = [{ start: WEEKS[week++] ?? '', days: 3 }];
  const first = await given.approved(HERE, windows);
  const here = first.challenge.id;
  const asked = await service.done<Invited[]>('adviser', 'post', `/api/challenges/${here}/invitations`);
  const there = (await given.confirmed(THERE, windows)).id;
  const [left, mover, joiner] = await Promise.all(['Xan Exit', 'Mo Mover', 'Jo Joiner'].map(idOf));
  const finance = asked.find(({ peerId }) => peerId === left);
  for (const { id } of asked.filter((one) => one !== finance))
    await service.done('adviser', 'post', `/api/invitations/${id}/accept`);
  await service.done('adviser', 'post', `/api/invitations/${finance?.id ?? ''}/decline`, { reason: 'ill' });
  return { here, there, left: left ?? '', mover: mover ?? '', joiner: joiner ?? '' };
}

const chainOf = (challenge: string): Promise<ChainBody> =>
  eventually(
    async () => (await service.done<ChainBody[]>('adviser', 'get', `/api/challenges/${challenge}/chains`))[0],
    'a chain',
  );
const ask = (chain: ChainBody, willing: string[]): Promise<ChainBody> =>
  service.done('adviser', 'post', `/api/chains/${chain.id}/ask`, { willing });
const council = async (code: string): Promise<{ token: string }> => ({
  token: await service.token('council', { councilId: (await given.council(code)).id }),
});
const answer = async (code: string, challenge: string, chain: ChainBody, word: 'yes' | 'no') =>
  service.send(await council(code), 'post', `/api/challenges/${challenge}/changed-team`, {
    chainId: chain.id,
    answer: word,
  });
async function declines(challenge: string, peer: string): Promise<void> {
  const theirs = (await invitations(challenge)).find(
    ({ peerId, state }) => peerId === peer && state === 'accepted',
  );
  await service.done('adviser', 'post', `/api/invitations/${theirs?.id ?? ''}/decline`, { reason: 'ill' });
}
const messages = (
  template: string,
  to?: string,
): Promise<{ subject: string; body: string; recipient: string }[]> =>
  service.source.query(
    'SELECT subject, body, recipient FROM messages WHERE template = $1 AND ($2::text IS NULL OR recipient = $2) ORDER BY created_at',
    [template, to ?? null],
  );
/** No seat of the next test is taken by the last one. */
async function cancelled({ here, there }: Seated): Promise<void> {
  for (const id of [here, there])
    await service.done('adviser', 'post', `/api/challenges/${id}/cancel`, { reason: 'the end of a test' });
}

describe('a seat that nobody is left for', () => {
  it('is filled by a move between teams, once both councils have said yes: all of it at once', async () => {
    const staff = await given.staff(HERE);
    const { here, there, mover, joiner, ...rest } = await seated();
    const chain = await chainOf(here);
    expect(chain.state).toBe('found');
    expect(chain.links.map(({ challengeId }) => challengeId)).toEqual([here, there]);
    expect(chain.moves.map(({ name, from, to }) => [name, from !== null, to !== null])).toEqual([
      ['Mo Mover', true, true],
      ['Jo Joiner', false, true],
    ]);
    expect((await messages('chain-found'))[0]?.body).toContain('one other team changes');

    const page = await new PageSession(service.app).be(staff.adviser);
    const shown = await page.get(`/chains/${chain.id}`);
    expect(shown.text).toContain('Mo Mover');
    expect((await page.post(`/chains/${chain.id}`, {})).status).toBe(400);
    const refused = await service.send('adviser', 'post', `/api/chains/${chain.id}/ask`, {
      willing: [joiner],
    });
    expect([refused.status, JSON.stringify(refused.body)]).toEqual([
      400,
      expect.stringContaining('found 0 of 1 who would move'),
    ]);
    expect((await page.post(`/chains/${chain.id}`, { willing: mover })).status).toBe(303);
    const asked = await messages('chain-asked', 'council-e08000028@staff.example');
    expect(asked.map(({ subject }) => subject)).toEqual([
      expect.stringMatching(/ – May your peer team change\?/),
    ]);
    expect(asked[0]?.body).toContain('finance officer');

    // Nothing has changed for anybody.
    expect([await stateOf(here), await stateOf(there)]).toEqual(['inviting', 'confirmed']);
    const speaker = await new PageSession(service.app).be(staff.council);
    expect((await speaker.get('/')).text).toContain('May your team change?');
    const look = await speaker.get(`/challenges/${here}/changed-team`);
    expect(look.text).toContain('Mo Mover');
    expect(look.text).toContain('The seat is empty now');
    // Of the other council, nobody hears which one it is.
    expect(look.text).not.toContain('Manchester');
    const said = await speaker.post(`/challenges/${here}/changed-team`, { chainId: chain.id, answer: 'yes' });
    expect(said.headers.location).toContain('change-agreed');
    expect([await stateOf(here), await stateOf(there)]).toEqual(['inviting', 'confirmed']);
    expect((await chainOf(here)).links.map(({ saidYes }) => saidYes)).toEqual([true, false]);

    expect((await answer(THERE, there, chain, 'yes')).status).toBe(200);
    expect((await chainOf(here)).state).toBe('done');
    const pending = [...(await open(here)), ...(await open(there))];
    expect(pending.map(({ peerId }) => peerId)).toEqual([mover, joiner]);
    const [withdrawn] = await messages('invitation-withdrawn', email('Mo Mover'));
    expect(withdrawn?.body).toContain('you are moving to another peer team');
    expect(
      (await messages('chain-ended')).every(({ body }) => body.includes('Everybody concerned has said yes')),
    ).toBe(true);
    expect(await overlapping(service.source)).toBe(0);
    await accept(here);
    await accept(there);
    expect([await stateOf(here), await stateOf(there)]).toEqual(['confirmed', 'confirmed']);
    await cancelled({ here, there, mover, joiner, ...rest });
  });

  it('stays empty where a council says no: every team is as it was', async () => {
    const all = await seated();
    const { here, there, mover } = all;
    const chain = await chainOf(here);
    await ask(chain, [mover]);
    expect((await answer(HERE, here, chain, 'yes')).status).toBe(200);
    expect((await answer(THERE, there, chain, 'no')).status).toBe(200);
    expect((await chainOf(here)).state).toBe('refused');
    expect([await stateOf(here), await stateOf(there), (await open(here)).length]).toEqual([
      'inviting',
      'confirmed',
      0,
    ]);
    // It cannot be taken back, nor said twice.
    expect((await answer(THERE, there, chain, 'yes')).status).toBe(409);
    const told = await messages('chain-ended');
    expect(told.at(-1)?.body).toContain('Not everybody concerned said yes');
    await cancelled(all);
  });

  it('is carried out once, whoever is last of two who say yes at the same moment', async () => {
    const all = await seated();
    const { here, there, mover } = all;
    const chain = await chainOf(here);
    await ask(chain, [mover]);
    const answers = await Promise.all([answer(HERE, here, chain, 'yes'), answer(THERE, there, chain, 'yes')]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect((await chainOf(here)).state).toBe('done');
    expect([(await open(here)).length, (await open(there)).length]).toEqual([1, 1]);
    await cancelled(all);
  });

  it.each<[string, 'asked' | 'past', (all: Seated) => Promise<unknown>]>([
    ['the one who would move says no to all of it', 'asked', ({ there, mover }) => declines(there, mover)],
    [
      'the one who would come in is paused',
      'asked',
      ({ joiner }) => service.done('programme', 'post', `/api/peers/${joiner}/pause`, { reason: 'away' }),
    ],
    [
      'the one who would move is not free any more',
      'asked',
      ({ mover }) =>
        service.done('programme', 'put', `/api/peers/${mover}/availability`, {
          ranges: [{ from: '2027-01-01', to: '2027-12-31', state: 'busy' }],
          patterns: [],
        }),
    ],
    [
      'a challenge of it is put off',
      'past',
      ({ there }) =>
        service.done('adviser', 'post', `/api/challenges/${there}/postpone`, {
          reason: 'an election',
          windows: [{ start: '2027-11-09', days: 3 }],
        }),
    ],
    [
      'the team is agreed with the seat empty',
      'past',
      async ({ here }) => {
        const { id } = (
          await service.done<Ided[]>('adviser', 'get', `/api/challenges/${here}/team-requests`)
        )[0] ?? {
          id: '',
        };
        const [gap] = (
          await service.done<{ proposals: Ided[] }>('adviser', 'get', `/api/team-requests/${id}`)
        ).proposals;
        await service.done('adviser', 'post', `/api/proposals/${gap?.id ?? ''}/agree`, {});
      },
    ],
  ])('is not filled by what was asked before %s', async (_, then, happens) => {
    const all = await seated();
    const { here, there, mover, joiner } = all;
    const chain = await chainOf(here);
    await ask(chain, [mover]);
    await happens(all);
    // Where a team is not what it was, nobody is asked about it any more.
    expect((await chainOf(here)).state).toBe(then);
    for (const [code, id] of [
      [HERE, here],
      [THERE, there],
    ] as const) {
      const late = await answer(code, id, chain, 'yes');
      // Whoever is not free is met when it is carried out, so that the first yes is taken.
      if (late.status === 200) continue;
      expect([late.status, (late.body as { type: string }).type]).toEqual([
        409,
        'urn:critical-friend:problem:chain-overtaken',
      ]);
      // Nobody hears of people of another council's team.
      expect(JSON.stringify(late.body)).not.toMatch(/Mo Mover|Jo Joiner/);
    }
    expect((await chainOf(here)).state).toBe('past');
    expect((await messages('chain-ended')).at(-1)?.body).toContain('is no longer possible');
    expect((await open(here)).concat(await open(there))).toEqual([]);
    const office = await new PageSession(service.app).be(officeId);
    expect((await office.get(`/chains/${chain.id}`)).status).toBe(200);
    await service.source.query(
      `UPDATE peers SET state = 'active', availability = jsonb_set(availability, '{ranges}', '[]') WHERE id = ANY($1)`,
      [[joiner, mover]],
    );
    await cancelled(all);
  });

  it('is asked about one at a time: a council is never asked for two answers', async () => {
    const all = await seated();
    const { here, mover } = all;
    const chain = await chainOf(here);
    const links = await service.source.query<{ links: object[] }[]>(
      'SELECT links FROM chains WHERE id = $1',
      [chain.id],
    );
    const [other] = await service.source.query<Ided[]>(
      `INSERT INTO chains (challenge_id, state, links, version) VALUES ($1, 'found', $2, 1) RETURNING id`,
      [all.there, JSON.stringify(links[0]?.links)],
    );
    await ask(chain, [mover]);
    const second = await service.send('adviser', 'post', `/api/chains/${other?.id ?? ''}/ask`, {
      willing: [mover],
    });
    expect([second.status, (second.body as { type: string }).type]).toEqual([
      409,
      'urn:critical-friend:problem:chain-waiting',
    ]);
    await service.done('adviser', 'post', `/api/chains/${chain.id}/drop`);
    expect(
      (await service.send('adviser', 'post', `/api/chains/${chain.id}/ask`, { willing: [mover] })).status,
    ).toBe(409);
    await cancelled(all);
  });

  it('stays empty where a council says nothing in time', async () => {
    const all = await seated();
    const { here, mover } = all;
    const chain = await chainOf(here);
    await ask(chain, [mover]);
    const later = new Date(Date.now() + 60 * 86_400_000);
    expect(await service.app.get(ChainsService).endLate(later)).toBe(1);
    expect((await chainOf(here)).state).toBe('past');
    expect((await messages('chain-ended')).at(-1)?.body).toContain(
      'Not everybody concerned answered in time',
    );
    expect(await service.app.get(ChainsService).endLate(later)).toBe(0);
    await cancelled(all);
  });

  it('is a matter of the region’s adviser: another council reads and says nothing', async () => {
    const stranger = await service.source.manager.save(Account, {
      email: 'stranger@staff.example',
      name: 'Stan Stranger',
      role: 'council',
      councilId: (await given.council('E08000005')).id,
      example: true,
    });
    const page = await new PageSession(service.app).be(stranger.id);
    const [row] = await service.source.query<{ id: string; challenge: string }[]>(
      'SELECT id, challenge_id AS challenge FROM chains LIMIT 1',
    );
    const seen = [`/chains/${row?.id ?? ''}`, `/challenges/${row?.challenge ?? ''}/changed-team`];
    for (const path of seen) expect([403, 404]).toContain((await page.get(path)).status);
  });
});
