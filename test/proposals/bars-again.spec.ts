import { TeamsWatch } from '../../src/visits/teams-watch.service.js';
import { Given, type Ided } from '../support/given.js';
import { eventually, Service } from '../support/service.js';

const HOST = 'E08000028';
const MONDAYS = [
  '2027-06-07',
  '2027-06-21',
  '2027-07-05',
  '2027-07-19',
  '2027-09-06',
  '2027-09-20',
  '2027-10-04',
  '2027-10-18',
  '2027-11-01',
];

type Invited = Ided & { seat: string; peerId: string; peer: string };
interface Problem {
  type: string;
  detail: string;
}

let service: Service;
let given: Given;
let next = 0;

beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  await given.financePool(4);
  await given.staff();
});
afterAll(() => service.stop());

const window = (): object[] => [{ start: MONDAYS[next++], days: 3 }];

/** What a peer is changed to, by the office. */
async function change(peerId: string, by: object): Promise<void> {
  const { version } = await service.done<{ version: number }>('programme', 'get', `/api/peers/${peerId}`);
  await service.done('programme', 'patch', `/api/peers/${peerId}`, by, {
    'If-Match': `"${String(version)}"`,
  });
}

const conflictWith = async (code: string): Promise<object> => ({
  conflicts: [{ councilId: (await given.council(code)).id, type: 'contract', until: null }],
});

async function proposed(): Promise<{ id: string; proposal: string; lead: string }> {
  const challenge = await given.scoped(HOST, window());
  const [proposal] = (await given.proposals(challenge.id)).proposals;
  const lead = proposal?.seats.find(({ seat }) => seat === 'lead-member')?.peer?.id ?? '';
  return { id: challenge.id, proposal: proposal?.id ?? '', lead };
}

const refusalOf = async (path: string): Promise<[number, string, string]> => {
  const sent = await service.send('adviser', 'post', path);
  const { type, detail } = sent.body as Partial<Problem>;
  return [sent.status, type?.split(':').at(-1) ?? '', detail ?? ''];
};

const circumstancesOf = (challenge: string): Promise<{ id: string; peer: string; state: string }[]> =>
  service.source.query(
    'SELECT id, peer_id AS peer, state FROM circumstances WHERE challenge_id = $1 ORDER BY created_at',
    [challenge],
  );

async function invited(): Promise<{ id: string; invitations: Invited[]; lead: Invited }> {
  const { challenge } = await given.approved(HOST, window());
  const path = `/api/challenges/${challenge.id}/invitations`;
  const invitations = await service.done<Invited[]>('adviser', 'post', path);
  const lead = invitations.find(({ seat }) => seat === 'lead-member');
  if (!lead) throw new Error('no lead');
  return { id: challenge.id, invitations, lead };
}

describe('what stands against a peer since the team was proposed', () => {
  it.each<[string, (lead: string) => Promise<object>, string]>([
    ['a link with the council', () => conflictWith(HOST), 'has a link with the council'],
    [
      'a move to the council',
      async () => ({ councilId: (await given.council(HOST)).id }),
      'from the council itself',
    ],
    [
      'another position',
      () => Promise.resolve({ positions: ['scrutiny-chair'] }),
      'does not hold the position',
    ],
    ['no accreditation', () => Promise.resolve({ accreditations: [] }), 'not accredited for this kind up to'],
  ])('%s: it is not agreed, and its bar and person are named', async (_, by, words) => {
    const { proposal, lead } = await proposed();
    await change(lead, await by(lead));
    const [status, type, detail] = await refusalOf(`/api/proposals/${proposal}/agree`);
    expect([status, type]).toEqual([409, 'barred']);
    expect(detail).toContain(words);
    expect(detail).toContain('Lead member');
    await change(lead, {
      positions: ['leader'],
      conflicts: [],
      accreditations: [{ kind: 'finance', expiresOn: null }],
      councilId: (await given.council('E08000001')).id,
    });
  });

  it('is looked at when the team is invited, and when each says yes', async () => {
    const { challenge, proposal } = await given.approved(HOST, window());
    const lead = proposal.seats.find(({ seat }) => seat === 'lead-member')?.peer?.id ?? '';
    await change(lead, await conflictWith(HOST));
    const path = `/api/challenges/${challenge.id}/invitations`;
    expect((await refusalOf(path)).slice(0, 2)).toEqual([409, 'barred']);
    await change(lead, { conflicts: [] });
    const invitations = await service.done<Invited[]>('adviser', 'post', path);
    await change(lead, await conflictWith(HOST));
    const asked = invitations.find(({ peerId }) => peerId === lead);
    expect((await refusalOf(`/api/invitations/${asked?.id ?? ''}/accept`)).slice(0, 2)).toEqual([
      409,
      'barred',
    ]);
    await change(lead, { conflicts: [] });
    expect((await refusalOf(`/api/invitations/${asked?.id ?? ''}/accept`))[0]).toBe(200);
  });
});

describe('two of one council', () => {
  it('do not both say yes: the second is refused, and the first is not', async () => {
    const { invitations, lead } = await invited();
    const other = invitations.find(({ seat }) => seat !== lead.seat);
    const home = await given.council('E08000001');
    // As by a reorganisation, which no change of the peer tells of.
    await service.source.query('UPDATE peers SET council_id = $1 WHERE id = ANY($2)', [
      home.id,
      [lead.peerId, other?.peerId],
    ]);
    expect((await refusalOf(`/api/invitations/${lead.id}/accept`))[0]).toBe(200);
    const [status, type, detail] = await refusalOf(`/api/invitations/${other?.id ?? ''}/accept`);
    expect([status, type]).toEqual([409, 'barred']);
    expect(detail).toContain(other?.peer);
    expect(detail).not.toContain(lead.peer);
  });
});

describe('what arises after a yes', () => {
  it('is an open circumstance, and the team is not confirmed before the adviser has decided', async () => {
    const { id, invitations, lead } = await invited();
    await service.done('adviser', 'post', `/api/invitations/${lead.id}/accept`);
    await change(lead.peerId, { positions: ['scrutiny-chair'] });
    for (const one of invitations.filter((other) => other.id !== lead.id))
      await service.done('adviser', 'post', `/api/invitations/${one.id}/accept`);
    expect((await service.done<Ided>('adviser', 'get', `/api/challenges/${id}`)).state).toBe('inviting');
    const [one] = await eventually(async () => {
      const found = await circumstancesOf(id);
      return found.length > 0 && found;
    });
    expect(one).toMatchObject({ peer: lead.peerId, state: 'open' });
    await service.done('adviser', 'post', `/api/circumstances/${one?.id ?? ''}`, {
      decision: 'keep',
      reason: 'led until last month',
    });
    expect((await service.done<Ided>('adviser', 'get', `/api/challenges/${id}`)).state).toBe('confirmed');
    await change(lead.peerId, { positions: ['leader'] });
  });

  it('is not overruled where it bars for good: somebody else is chosen, and they are told the truth', async () => {
    const { id, lead } = await invited();
    await service.done('adviser', 'post', `/api/invitations/${lead.id}/accept`);
    await change(lead.peerId, { ...(await conflictWith(HOST)), email: 'lead@peers.example' });
    const [one] = await eventually(async () => {
      const found = await circumstancesOf(id);
      return found.length > 0 && found;
    });
    const path = `/api/circumstances/${one?.id ?? ''}`;
    const kept = await service.send('adviser', 'post', path, { decision: 'keep', reason: 'it is small' });
    expect([kept.status, (kept.body as Problem).detail]).toEqual([
      409,
      expect.stringContaining('has a link with the council. Nobody may overrule that'),
    ]);
    await service.done('adviser', 'post', path, { decision: 'replace', reason: 'a contract' });
    const [told] = await service.source.query<{ body: string }[]>(
      `SELECT body FROM messages WHERE recipient = 'lead@peers.example' AND template = 'invitation-withdrawn'`,
    );
    expect(told?.body).toContain('has decided to ask somebody else for your seat');
    await change(lead.peerId, { conflicts: [] });
    const [no] = await service.source.query<{ peer: string; how: string }[]>(
      'SELECT peer_id AS peer, how FROM not_again WHERE challenge_id = $1',
      [id],
    );
    expect(no).toEqual({ peer: lead.peerId, how: 'released' });
  });

  it('is found at night where time or a council brings it, once', async () => {
    const { id, lead } = await invited();
    await service.source.query(
      `UPDATE peers SET accreditations = '[{"kind": "finance", "expiresOn": "2027-01-31"}]' WHERE id = $1`,
      [lead.peerId],
    );
    const watch = service.app.get(TeamsWatch, { strict: false });
    for (const night of [1, 2]) expect([night, await watch.lookAll()]).toEqual([night, expect.any(Number)]);
    expect((await circumstancesOf(id)).map(({ peer, state }) => [peer, state])).toEqual([
      [lead.peerId, 'open'],
    ]);
  });
});
