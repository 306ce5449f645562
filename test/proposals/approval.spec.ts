import { addDays } from '../../src/calendar/dates.js';
import { Message } from '../../src/messages/message.entity.js';
import { Given, type Ided } from '../support/given.js';
import type { Answer, PageSession } from '../support/page-session.js';
import { saidOn, signedIn } from '../support/people.js';
import { Service } from '../support/service.js';

const SEAT = 'finance-officer';

let service: Service;
let given: Given;
let adviser: PageSession;
let council: PageSession;
let first = '2027-05-04';

beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  await given.financePool(5);
  const { id: councilId } = await given.council('E08000028');
  adviser = await signedIn(service, 'adviser');
  council = await signedIn(service, 'council', { councilId });
}, 60_000);
afterEach(() => {
  service.clock.set(null);
});
afterAll(() => service.stop());

async function agreed(): Promise<{ id: string; proposal: string; seats: Record<string, string> }> {
  first = addDays(first, 14);
  const { id } = await given.scoped('E08000028', [{ start: first, days: 3 }]);
  const [best] = (await given.proposals(id)).proposals;
  const proposal = best?.id ?? '';
  await service.done('adviser', 'post', `/api/proposals/${proposal}/agree`);
  const seats = Object.fromEntries((best?.seats ?? []).map(({ seat, peer }) => [seat, peer?.id ?? '']));
  return { id, proposal, seats };
}

const approvals = async (id: string): Promise<string[]> => {
  const { approvals: all } = await service.done<{ approvals: { by: string }[] }>(
    'adviser',
    'get',
    `/api/challenges/${id}/team-approval`,
  );
  return all.map(({ by }) => by);
};

/** Says something of the team that the page shows at this moment. */
async function answered(id: string, what: 'approval' | 'objection', form: object): Promise<Answer> {
  return council.post(`/challenges/${id}/${what}`, { proposalId: await given.agreed(id), ...form });
}
const objected = (id: string, seat = SEAT): Promise<Answer> =>
  answered(id, 'objection', { seat, reason: 'a former colleague' });

describe('a council that looks at its team', () => {
  it('hears of a changed team in which seats it differs, and that it is asked anew; nobody can be invited meanwhile', async () => {
    const { id, proposal } = await agreed();
    const invite = `/challenges/${id}/invitations`;
    expect(saidOn((await adviser.get(invite)).text)).toContain('has not approved this team yet');
    expect(saidOn((await adviser.get(invite)).text)).not.toContain('Send 4 invitations');
    await answered(id, 'approval', { answer: 'approve' });
    expect(saidOn((await adviser.get(invite)).text)).toContain('Send 4 invitations');
    const edited = await service.done<Ided>('adviser', 'post', `/api/proposals/${proposal}/edit`, {
      seats: { [SEAT]: null },
    });
    await service.done('adviser', 'post', `/api/proposals/${edited.id}/agree`);
    expect(saidOn((await adviser.get(invite)).text)).not.toContain('Send 3 invitations');
    const letters = await service.source.manager.find(Message, {
      where: { about: `challenge:${id}`, template: 'team-for-approval' },
      order: { createdAt: 'ASC' },
    });
    expect(letters.map(({ subject }) => subject.replace(/^.* – | by .*/g, ''))).toEqual([
      'Your peer team: please look at it',
      'Your peer team has changed: please look at it again',
    ]);
    expect(letters[1]?.body).toContain(
      'The team that you were shown before has changed: finance officer. What you said of the earlier team does not apply to this one.',
    );
    expect(saidOn((await council.get(`/challenges/${id}/approval`)).text)).toContain('Stays empty');
  });

  it('sees names, councils and positions, and nobody’s party', async () => {
    const { id } = await agreed();
    const { text } = await council.get(`/challenges/${id}/approval`);
    expect(saidOn(text)).toContain('Please answer by');
    expect(saidOn(text)).toContain('Section 151 officer');
    expect(text).not.toContain('Labour');
  });

  it('approves it once, however often the button is pressed', async () => {
    const { id } = await agreed();
    const untouched = await answered(id, 'approval', {});
    expect([untouched.status, await approvals(id)]).toEqual([400, []]);
    expect(saidOn(untouched.text)).toContain('Choose whether you approve the team');
    for (let n = 0; n < 2; n++) {
      const sent = await answered(id, 'approval', { answer: 'approve' });
      expect(sent.headers.location).toBe(`/challenges/${id}/done?step=approved`);
    }
    expect(await approvals(id)).toEqual(['council']);
    expect(saidOn((await council.get(`/challenges/${id}/done?step=approved`)).text)).toContain(
      'Your principal adviser invites its members now.',
    );
  });

  it('is led on to say whom it objects to, and changes nothing by that', async () => {
    const { id } = await agreed();
    const sent = await answered(id, 'approval', { answer: 'object' });
    expect([sent.headers.location, await approvals(id)]).toEqual([`/challenges/${id}/objection`, []]);
    const untouched = saidOn((await answered(id, 'objection', {})).text);
    expect(untouched).toContain('Choose the member whom you object to');
    expect(untouched).toContain('Enter the reason, in a few words and about the seat');
  });
});

describe('an objection', () => {
  it('is to a seat that somebody holds', async () => {
    const { id } = await agreed();
    const refused = await objected(id, 'jester');
    expect([refused.status, saidOn(refused.text).includes('allowed: lead-member')]).toEqual([400, true]);
  });

  it('is made within its time: until the last moment of the last day, and not after', async () => {
    const [early, late] = [await agreed(), await agreed()];
    const { objectionDeadline } = await service.done<{ objectionDeadline: string }>(
      'adviser',
      'get',
      `/api/challenges/${late.id}/team-approval`,
    );
    const end = new Date(objectionDeadline).getTime();
    service.clock.set(new Date(end));
    const refused = await objected(late.id);
    service.clock.set(new Date(end - 1000));
    const taken = await objected(early.id);
    expect([taken.status, refused.status]).toEqual([303, 409]);
    expect(saidOn(refused.text)).toContain('The time to object has passed; speak to the principal adviser.');
  });

  it('is the council’s also after an opposition whom nobody asked has approved, and nothing approves but whose word counts', async () => {
    const { id } = await agreed();
    const opposition = await signedIn(service, 'approver', {
      councilId: (await given.council('E08000028')).id,
    });
    expect(saidOn((await opposition.get('/')).text)).not.toContain('Look at the team');
    const shown = { proposalId: await given.agreed(id), answer: 'approve' };
    const sent = await opposition.post(`/challenges/${id}/approval`, shown);
    expect([sent.status, saidOn(sent.text)]).toEqual([
      409,
      expect.stringContaining('No second approval is asked for'),
    ]);
    expect(saidOn((await council.get('/')).text)).toContain('Look at the team');
    // The clock says whose turn it is: the council's until it has spoken, then the adviser's.
    const owner = async (): Promise<string | undefined> =>
      (
        await service.done<{ id: string; owner: string }[]>('adviser', 'get', `/api/challenges/${id}/clock`)
      ).find((step) => step.id === 'team')?.owner;
    expect(await owner()).toBe('council');
    expect((await objected(id)).status).toBe(303);
    expect(await owner()).toBe('adviser');
  });

  it('does not come after an approval', async () => {
    const { id } = await agreed();
    await answered(id, 'approval', { answer: 'approve' });
    const refused = await objected(id);
    expect(refused.status).toBe(409);
    expect(saidOn(refused.text)).toContain('The team is approved already; speak to the principal adviser.');
  });

  it('that is dismissed leaves the team as it is, and the council hears why', async () => {
    const { id } = await agreed();
    await objected(id);
    const [{ id: objection }] = (await service.done<Ided[]>(
      'adviser',
      'get',
      `/api/challenges/${id}/objections`,
    )) as [Ided];
    const early = await answered(id, 'approval', { answer: 'approve' });
    expect(saidOn(early.text)).toContain('is open; the adviser answers it first.');
    const untouched = saidOn((await adviser.post(`/objections/${objection}`, {})).text);
    expect(untouched).toContain('Choose whether the objection is upheld');
    expect(untouched).toContain('a former colleague');
    const answer = { state: 'dismissed', answer: 'they left ten years ago' };
    const sent = await adviser.post(`/objections/${objection}`, answer);
    expect(sent.headers.location).toBe(`/challenges/${id}`);
    expect(saidOn((await council.get(`/challenges/${id}/approval`)).text)).toContain(
      'The answer: they left ten years ago',
    );
    expect((await answered(id, 'approval', { answer: 'approve' })).status).toBe(303);
  });

  it('that is upheld leads to the team, which is not invited as it is, not even by silence', async () => {
    const { id, proposal } = await agreed();
    await objected(id);
    const [{ id: objection }] = (await service.done<Ided[]>(
      'adviser',
      'get',
      `/api/challenges/${id}/objections`,
    )) as [Ided];
    const sent = await adviser.post(`/objections/${objection}`, { state: 'upheld', answer: 'you are right' });
    expect(sent.headers.location).toBe(`/proposals/${proposal}`);
    const approving = await answered(id, 'approval', { answer: 'approve' });
    expect([approving.status, await approvals(id)]).toEqual([409, []]);
    const page = saidOn((await council.get(`/challenges/${id}/approval`)).text);
    expect(page).toMatch(/Finance officer, Peer \d+: the council objected \(upheld\)/);
    expect(page).toContain('nothing is asked of you now');
    expect(page).not.toContain('Do you approve this team?');
    service.clock.forward(60);
    const refused = await service.send('adviser', 'post', `/api/challenges/${id}/invitations`);
    expect((refused.body as { detail: string }).detail).toContain(
      'was upheld, so this team is not approved; the adviser chooses somebody else and agrees it anew.',
    );
  });
});

describe('a team that is edited', () => {
  const edit = (proposal: string, seats: object): ReturnType<Service['send']> =>
    service.send('adviser', 'post', `/api/proposals/${proposal}/edit`, { seats });
  const errorsOf = ({ body }: { body: unknown }): { pointer: string; detail: string }[] =>
    (body as { errors: { pointer: string; detail: string }[] }).errors;

  it('takes a seat that is left empty, at the price of an empty seat', async () => {
    const { proposal, seats } = await agreed();
    const before = await service.done<{ score: number }>('adviser', 'get', `/api/proposals/${proposal}`);
    const after = await service.done<{ score: number; seats: { seat: string; peer: null }[] }>(
      'adviser',
      'post',
      `/api/proposals/${proposal}/edit`,
      { seats: { [SEAT]: null } },
    );
    expect(after.score).toBeLessThan(before.score);
    expect(after.seats.map(({ seat }) => seat).sort()).toEqual(Object.keys(seats).sort());
    expect(after.seats.find(({ seat }) => seat === SEAT)?.peer).toBeNull();
  });

  it('refuses whom the pool does not have, by seat', async () => {
    const { proposal } = await agreed();
    const nobody = '00000000-0000-4000-8000-000000000000';
    const refused = await edit(proposal, { [SEAT]: nobody });
    expect([refused.status, errorsOf(refused)]).toEqual([
      409,
      [{ pointer: `/seats/${SEAT}`, detail: `found ${nobody}; allowed: the id of an active peer` }],
    ]);
  });

  it('refuses a seat that the challenge does not have, and one person in two seats', async () => {
    const { proposal, seats } = await agreed();
    expect(errorsOf(await edit(proposal, { jester: null }))[0]?.pointer).toBe('/seats');
    const twice = await edit(proposal, { [SEAT]: seats['lead-member'] });
    expect([twice.status, errorsOf(twice).length > 0]).toEqual([409, true]);
  });

  it('says so where its days are no longer offered', async () => {
    const { id, proposal } = await agreed();
    await service.source.query(
      `UPDATE challenges SET windows = jsonb_set(windows, '{0,id}', '"another"') WHERE id = $1`,
      [id],
    );
    const refused = await edit(proposal, {});
    expect((refused.body as { detail: string }).detail).toBe(
      'The window of this proposal is no longer offered; ask for teams again.',
    );
  });

  it('has reserves for seats that it has, and the last one named counts', async () => {
    const { id, proposal, seats } = await agreed();
    const page = `/proposals/${proposal}/seats/${SEAT}`;
    const others = await service.done<Ided[]>('adviser', 'get', '/api/peers?position=s151');
    const [one, two] = others.map((peer) => peer.id).filter((peer) => peer !== seats[SEAT]);
    for (const peer of [one, two, two])
      expect((await adviser.post(page, { peer, step: 'reserve' })).status).toBe(303);
    const [row] = await service.source.query<{ reserves: object }[]>(
      'SELECT reserves FROM proposals WHERE challenge_id = $1 AND id = $2',
      [id, proposal],
    );
    expect(row?.reserves).toEqual({ [SEAT]: two });
    const nowhere = await adviser.post(`/proposals/${proposal}/seats/jester`, { peer: one, step: 'reserve' });
    expect(nowhere.status).toBe(404);
  });
});
