import { Peer } from '../../src/peers/peer.entity.js';
import { Given } from '../support/given.js';
import type { PageSession } from '../support/page-session.js';
import { saidOn, signedIn } from '../support/people.js';
import { Service } from '../support/service.js';

let service: Service;
let given: Given;
let adviser: PageSession;
let id: string;
let request: string;
let proposals: { id: string; seats: { seat: string; peer: { id: string; name: string } | null }[] }[];

beforeAll(async () => {
  service = await Service.start();
  given = new Given(service);
  await given.financePool(4);
  adviser = await signedIn(service, 'adviser');
  id = (await given.scoped('E08000028')).id;
  ({ id: request, proposals } = await given.proposals(id));
}, 60_000);
afterAll(() => service.stop());

/** The rows of the table: what each cell says, by what its row is about. */
async function rows(): Promise<Map<string, string[]>> {
  const { text } = await adviser.get(`/team-requests/${request}`);
  const [table = ''] = /<table[^]*?<\/table>/.exec(text) ?? [];
  const found = [...table.matchAll(/<th scope="row"[^>]*>([^]*?)<\/th>([^]*?)<\/tr>/g)];
  return new Map(
    found.map(([, name = '', cells = '']) => [
      name.trim(),
      [...cells.matchAll(/<td[^>]*>([^]*?)<\/td>/g)].map(([, cell = '']) => saidOn(cell).trim()),
    ]),
  );
}

describe('teams side by side', () => {
  it('have a row for each seat, which says who else it is or that it is the same person as in the best', async () => {
    const table = await rows();
    const [best] = proposals;
    for (const [at, { seat, peer }] of (best?.seats ?? []).entries()) {
      const cells = [...table.entries()].find(([name]) => name === upper(seat))?.[1] ?? [];
      expect([seat, cells.length]).toEqual([seat, proposals.length]);
      for (const [n, proposal] of proposals.entries()) {
        const other = proposal.seats[at]?.peer;
        expect(cells[n]).toContain(other?.name);
        expect([seat, n, cells[n]?.includes('as in team 1')]).toEqual([
          seat,
          n,
          n > 0 && other?.id === peer?.id,
        ]);
      }
    }
    expect(table.get('Score')?.[1]).toMatch(/^\d+(, \d+ less)?$/);
    expect(table.get('On site')?.slice(1)).toEqual(
      proposals.slice(1).map(() => expect.stringMatching(/, as team 1$/) as string),
    );
  });

  it('count as first-timers whom the page says to have served nowhere, and give miles', async () => {
    const table = await rows();
    const seats = (proposals[0]?.seats ?? []).map(({ seat }) => table.get(upper(seat))?.[0] ?? '');
    const first = seats.filter((cell) => cell.includes('; 0 earlier challenges')).length;
    expect(table.get('Experience')?.[0]).toContain(`${String(first)} first-timer`);
    expect(seats.join()).toMatch(/, \d+ miles?;/);
    expect(seats.join()).not.toMatch(/\bkm\b/);
  });

  it('can be chosen above and below, and are seen one at a time on a phone, with who sits there in the best', async () => {
    const page = async (query: string): Promise<string> =>
      (await adviser.get(`/team-requests/${request}${query}`)).text;
    const plain = await page('');
    for (const one of proposals) expect(plain.split(`href="/proposals/${one.id}/agree"`).length - 1).toBe(2);
    const seen = (text: string): number[] =>
      [...text.matchAll(/<td class="govuk-table__cell"\s+data-label="Team (\d)"/g)].map(([, n]) => Number(n));
    expect(new Set(seen(plain))).toEqual(new Set([1]));
    const second = await page('?team=2');
    expect(new Set(seen(second))).toEqual(new Set([2]));
    const [best, other] = proposals;
    const differs = best?.seats.find(({ peer }, at) => peer?.id !== other?.seats[at]?.peer?.id);
    expect(saidOn(second)).toContain(`In team 1: ${differs?.peer?.name ?? '?'}`);
    expect(new Set(seen(await page('?team=9')))).toEqual(new Set([1]));
  });

  it('say what a change of a seat did, and undo it: the changed team is gone, and the one before is as it was', async () => {
    const [best] = proposals;
    const { seat, peer } = best?.seats[0] ?? { seat: '', peer: null };
    const path = `/proposals/${best?.id ?? ''}/seats/${seat}`;
    const [, instead = ''] =
      /name="peer"[^>]*value="([0-9a-f-]{36})"/.exec((await adviser.get(path)).text) ?? [];
    const { headers } = await adviser.post(path, { peer: instead, step: 'swap' });
    const changed = (headers.location as string).slice(1);
    const page = saidOn((await adviser.get(`/${changed}`)).text);
    const { name } = await service.source.manager.findOneByOrFail(Peer, { id: instead });
    expect(page).toContain(`${upper(seat)}: ${name} instead of ${peer?.name ?? ''}`);
    expect((await rows()).get('Score')).toHaveLength(proposals.length + 1);

    for (let pressed = 1; pressed <= 2; pressed++) {
      const undone = await adviser.post(`/${changed}/undo`, {});
      expect([undone.status, undone.headers.location]).toEqual([303, `/proposals/${best?.id ?? ''}`]);
    }
    expect((await rows()).get('Score')).toHaveLength(proposals.length);
    expect((await adviser.get(`/proposals/${best?.id ?? ''}`)).text).not.toContain('What you changed');
    // One change upon another, of which the first is taken back first: the second leads to the team that was found.
    const swap = async (from: string): Promise<string> => {
      const answer = await adviser.post(`${from}/seats/${seat}`, { peer: instead, step: 'swap' });
      return answer.headers.location as string;
    };
    const one = await swap(`/proposals/${best?.id ?? ''}`);
    const two = await adviser.post(`${one}/seats/${seat}`, { step: 'empty' });
    await adviser.post(`${one}/undo`, {});
    const undone = await adviser.post(`${two.headers.location as string}/undo`, {});
    expect(undone.headers.location).toBe(`/proposals/${best?.id ?? ''}`);
    // A team that was found is no change of anything.
    expect((await adviser.post(`/proposals/${best?.id ?? ''}/undo`, {})).status).toBe(409);
  });

  it('keep their seats when the scope loses one later', async () => {
    const before = await rows();
    await service.source.query('UPDATE challenges SET seats = seats - 0 WHERE id = $1', [id]);
    const after = await rows();
    expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
    for (const part of ['Made up of', 'They come from', 'Experience'])
      expect([part, after.get(part)]).toEqual([part, before.get(part)]);
  });
});

describe('a team that takes the place of another', () => {
  it('says so before it is agreed, and whether the council has approved the other', async () => {
    const challenge = await given.scoped('E08000029');
    const [first, second] = (await given.proposals(challenge.id)).proposals;
    const check = async (): Promise<string> =>
      saidOn((await adviser.get(`/proposals/${second?.id ?? ''}/agree`)).text);
    expect(await check()).not.toContain('takes the place');
    await service.done('adviser', 'post', `/api/proposals/${first?.id ?? ''}/agree`);
    expect(await check()).toContain('The council has that one before it');
    await given.approve(challenge.id);
    expect(await check()).toContain(
      'It takes the place of the team that is agreed now, for Tuesday 8 to Thursday 10 June 2027. The council has approved that one, and is asked anew.',
    );
  });
});

const upper = (seat: string): string => {
  const words = seat.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

it('an invitation that got a no says so, and asks nothing more', async () => {
  const { challenge } = await given.approved('E07000041', [{ start: '2027-09-07', days: 3 }]);
  const invitations = await service.done<{ id: string; peerId: string }[]>(
    'adviser',
    'post',
    `/api/challenges/${challenge.id}/invitations`,
  );
  const [{ id: invitation, peerId } = { id: '', peerId: '' }] = invitations;
  const peer = await signedIn(service, 'peer', { peerId });
  expect(saidOn((await peer.get(`/invitations/${invitation}`)).text)).toContain('Please answer by');
  await adviser.post(`/invitations/${invitation}`, { answer: 'no', link: 'no' });
  const { text } = await peer.get(`/invitations/${invitation}`);
  expect(saidOn(text)).toContain('You said no');
  expect(saidOn(text)).toContain('principal adviser');
  expect(text.split('<main')[1]).not.toContain('<form');
});

it('staff record the answer of a council as theirs, and are not told that they approved', async () => {
  const challenge = await given.scoped('E07000042', [{ start: '2027-10-05', days: 3 }]);
  const { proposals: teams } = await given.proposals(challenge.id);
  await service.done('adviser', 'post', `/api/proposals/${teams[0]?.id ?? ''}/agree`);
  const page = `/challenges/${challenge.id}/approval`;
  expect(saidOn((await adviser.get(page)).text)).toContain('What has the council said?');
  const proposalId = await given.agreed(challenge.id);
  const { headers } = await adviser.post(page, { answer: 'approve', proposalId });
  const done = saidOn((await adviser.get(headers.location ?? '')).text);
  expect(done).toContain('The council’s answer is recorded');
  expect(done).not.toContain('You have approved');
});
