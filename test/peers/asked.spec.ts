import { Given } from '../support/given.js';
import { saidOn, signedIn } from '../support/people.js';
import { Service } from '../support/service.js';

let service: Service;
let peerId: string;

beforeAll(async () => {
  service = await Service.start();
  const given = new Given(service);
  await given.financePool(1);
  const { team } = await given.delivered('E08000028', [{ start: '2027-06-08', days: 3 }]);
  peerId = team.find(({ seat }) => seat === 'finance-officer')?.peerId ?? '';
  for (const [code, start, door] of [
    ['E08000029', '2027-07-06', 'accept'],
    ['E08000031', '2027-09-14', 'decline'],
    ['E07000041', '2027-10-05', null],
  ] as const) {
    const { challenge } = await given.approved(code, [{ start, days: 3 }]);
    const sent = await service.done<{ id: string; peerId: string }[]>(
      'adviser',
      'post',
      `/api/challenges/${challenge.id}/invitations`,
    );
    const mine = sent.find((one) => one.peerId === peerId)?.id ?? '';
    if (door)
      await service.done(
        'adviser',
        'post',
        `/api/invitations/${mine}/${door}`,
        door === 'decline' ? { reason: 'on leave' } : undefined,
      );
  }
  const history = ['reference,code,kind,month', 'H-1,E08000030,finance,2022-05'].join('\n');
  await service.done('programme', 'post', '/api/history/challenges/import', history);
  await service.done(
    'programme',
    'post',
    '/api/history/seats/import',
    `challenge,seat,peer\nH-1,Officer,${peerId}`,
  );
}, 60_000);
afterAll(() => service.stop());

const page = async (
  ...who: Parameters<typeof signedIn> extends [unknown, ...infer Rest] ? Rest : never
): Promise<string> => saidOn((await (await signedIn(service, ...who)).get(`/peers/${peerId}`)).text);

describe('the page of a peer', () => {
  it('says what they were asked, and what came of each', async () => {
    const said = await page('programme');
    for (const words of [
      /Tuesday 5 to Thursday 7 October 2027 \([\w ]+, [\w ]+\): asked on \d+ \w+ 20\d\d, no answer yet/,
      /Tuesday 14 to Thursday 16 September 2027 \([\w ]+, [\w ]+\): asked on .*, said no on \d/,
      /Tuesday 6 to Thursday 8 July 2027 \([\w ]+, [\w ]+\): asked on .*, said yes on .*, and is booked/,
      /20\d\d \(.*\): asked on .*, said yes on .*, and served/,
      /Walsall.*May 2022 \(.*\): served, before this service|May 2022 \(.*\): served, before this service/,
    ])
      expect(said).toMatch(words);
  });

  it('says so to the peer, and to advisers of the regions of those councils', async () => {
    expect(await page('peer', { peerId })).toContain('Asked, and what came of it');
    const [westMidlands, south] = [
      await page('adviser', { region: 'West Midlands' }),
      await page('adviser', { region: 'South West' }),
    ];
    expect(westMidlands).toContain('said no on');
    expect(westMidlands).not.toContain('October 2027');
    expect(south).toContain('October 2027');
    expect(south).not.toContain('said no on');
  });

  it('says nothing of it to a group office', async () => {
    await service.source.query(`UPDATE peers SET class = 'member', party = 'Labour' WHERE id = $1`, [peerId]);
    expect(await page('group', { party: 'Labour' })).not.toContain('Asked, and what came of it');
  });
});
