import { Peer } from '../../src/peers/peer.entity.js';
import { FIRST_GROUPS } from '../../src/reference/first-groups.js';
import { groupOf } from '../../src/people/party-groups.js';
import { Given } from '../support/given.js';
import { PageSession } from '../support/page-session.js';
import { QuestionsService } from '../../src/proposals/questions.service.js';
import { Service } from '../support/service.js';

describe('one list of groups, with other names', () => {
  it.each([
    ['Labour', 'Labour'],
    ['labour', 'Labour'],
    ['Labour ', 'Labour'],
    ['Labour Party', 'Labour'],
    ['The Labour Group', 'Labour'],
    ['Labour and Co-operative', 'Labour'],
    ['Labour & Co-operative Party', 'Labour'],
    ['Lab', 'Labour'],
    ['Con', 'Conservative'],
    ['Tory', 'Conservative'],
    ['Conservative and Unionist Party', 'Conservative'],
    ['Lib Dem', 'Liberal Democrat'],
    ['Liberal  Democrats', 'Liberal Democrat'],
    ['Green Party', 'Green'],
    ['Reform', 'Reform UK'],
    ['Independent Alliance', 'Independent'],
    ['Residents’ Association', 'Residents'],
    ['Residents for Uttlesford', 'Residents'],
    ['Labyrinth', undefined],
    ['Conservation', undefined],
    ['', undefined],
  ])('“%s” is %s', (said, known) => {
    expect(groupOf(FIRST_GROUPS, said)).toBe(known);
  });
});

describe('a group is written by its name on the list', () => {
  let service: Service;
  let given: Given;
  const HOST = 'E08000028';

  beforeAll(async () => {
    service = await Service.start();
    given = new Given(service);
    await given.financePool(2);
  });
  afterAll(() => service.stop());

  const member = (party: string | null) =>
    given.peer({ class: 'member', positions: ['leader'], skills: { finance: 4 }, party });
  const partyOf = async (id: string): Promise<unknown> =>
    (await service.source.manager.findOneByOrFail(Peer, { id })).party;

  it('of a peer by the API and by a file', async () => {
    const { id } = await member('labour party');
    expect(await partyOf(id)).toBe('Labour');
    const refused = await service.send('programme', 'post', '/api/peers', {
      name: 'A B',
      class: 'member',
      party: 'Labyrinth',
    });
    expect([refused.status, JSON.stringify(refused.body)]).toEqual([
      400,
      expect.stringContaining('found \\"Labyrinth\\"; allowed: Conservative, Labour'),
    ]);
    await service.done(
      'programme',
      'post',
      '/api/peers/import',
      'name,class,party\nMary Fell,member,Lib Dems\n',
    );
    const [row] = await service.source.query<{ party: string }[]>(
      `SELECT party FROM peers WHERE name = 'Mary Fell'`,
    );
    expect(row?.party).toBe('Liberal Democrat');
    const file = await service.send(
      'programme',
      'post',
      '/api/peers/import',
      'name,class,party\nX,member,Whig\n',
    );
    expect([file.status, JSON.stringify(file.body)]).toEqual([400, expect.stringContaining('row 2, party')]);
  });

  it('of a council by the register and by the page, with who leads beside it and whose turn it is', async () => {
    await service.done(
      'admin',
      'post',
      '/api/councils/import',
      `code,control,leading_group,coalition\n${HOST},NOC,Lab,LD; Greens\n`,
    );
    expect(await given.council(HOST)).toMatchObject({
      control: 'no overall control',
      leadingGroup: 'Labour',
      coalition: ['Liberal Democrat', 'Green'],
    });
    const exported = await service.send('admin', 'get', '/api/councils/export');
    const again = await service.done('admin', 'post', '/api/councils/import?dryRun=true', exported.text);
    expect(again).toMatchObject({ added: 0, changed: 0 });
    const adviser = await new PageSession(service.app).be((await given.staff()).adviser);
    const { id } = await given.council(HOST);
    const facts = { control: 'noc', leadingGroup: 'lab', coalition: 'Lib Dem', asOf: '2026-11-20' };
    const wrong = await adviser.post(`/councils/${id}/control`, { ...facts, rotation: 'Labour' });
    expect([wrong.status, wrong.text.includes('such as Labour from 20 May 2027')]).toEqual([400, true]);
    const rotation = 'Labour from 2026-05-20; LD from 20 June 2027';
    expect((await adviser.post(`/councils/${id}/control`, { ...facts, rotation })).status).toBe(303);
    expect((await given.council(HOST)).leadOn('2027-06-19')).toEqual(['Labour', 'Liberal Democrat']);
    expect((await given.council(HOST)).leadOn('2027-06-20')).toEqual(['Liberal Democrat']);
    expect((await adviser.get(`/councils/${id}/control`)).text).toContain(
      'value="Labour from 20 May 2026; Liberal Democrat from 20 June 2027"',
    );
  });

  it('members of all who lead sit in the leading seat, and who has no group in none that asks for one', async () => {
    const challenge = await given.scoped(HOST, [{ start: '2027-06-08', days: 3 }]);
    const ask = async (party: string | null, wanted: 'leading' | 'other'): Promise<string[]> => {
      await service.source.query(
        `UPDATE challenges SET seats = jsonb_set(seats, '{0,party}', to_jsonb($2::text)) WHERE id = $1`,
        [challenge.id, wanted],
      );
      const { id } = await member(party);
      const barred = await service.app.get(QuestionsService).barred(service.source.manager, {
        challengeId: challenge.id,
        seats: { 'lead-member': id },
        firstDay: '2027-06-08',
        days: 3,
      });
      return barred.flatMap(({ bars }) => bars);
    };
    expect(await ask('Labour', 'leading')).toEqual([]);
    expect(await ask('Liberal Democrat', 'leading')).toEqual([]);
    expect(await ask('Liberal Democrat', 'other')).toEqual(['party']);
    expect(await ask('Conservative', 'leading')).toEqual(['party']);
    expect(await ask('Conservative', 'other')).toEqual([]);
    expect(await ask(null, 'leading')).toEqual(['party']);
    expect(await ask(null, 'other')).toEqual(['party']);
  });
});
