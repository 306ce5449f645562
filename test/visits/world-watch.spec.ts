import { addDays, lastDay } from '../../src/calendar/dates.js';
import { BodiesService, type BodyFacts } from '../../src/councils/bodies.service.js';
import { Council } from '../../src/councils/council.entity.js';
import { SYSTEM } from '../../src/people/access.js';
import { Message } from '../../src/messages/message.entity.js';
import { WorldWatch } from '../../src/visits/world-watch.service.js';
import { Given, type Ided } from '../support/given.js';
import { PageSession } from '../support/page-session.js';
import { signedIn } from '../support/people.js';
import { Service } from '../support/service.js';

const HOST = 'E08000028';
const START = '2027-06-08';
const END = lastDay(START, 3);

let service: Service;
let challenge: Ided;
let council: string;
let proposal: string;
let adviser: PageSession;
let watch: WorldWatch;

beforeAll(async () => {
  service = await Service.start();
  const given = new Given(service);
  adviser = await new PageSession(service.app).be((await given.staff()).adviser);
  await given.financePool(3);
  council = (await given.council(HOST)).id;
  const team = await given.approved(HOST, [{ start: START, days: 3 }]);
  challenge = team.challenge;
  proposal = team.proposal.id;
  await service.done('adviser', 'post', `/api/challenges/${challenge.id}/invitations`);
  watch = service.app.get(WorldWatch, { strict: false });
  await watch.lookIfChanged();
}, 60_000);
afterAll(() => service.stop());

/** What the adviser was told against the days, oldest first. */
const told = async (): Promise<string[]> => {
  const messages = await service.source.manager.find(Message, {
    where: { template: 'days-met' },
    order: { createdAt: 'ASC' },
  });
  return messages.map(({ body }) => body ?? '');
};

const inspection = (expectedBy: string, framework: string): Promise<unknown> =>
  service.done('adviser', 'post', '/api/inspections', { councilId: council, framework, expectedBy });

/** What the page of a body sends. */
const factsOf = ({ name, body, region, country, inCycle, ...elections }: Council): BodyFacts => ({
  ...{ name, body, region, country, inCycle },
  electionPattern: elections.electionPattern,
  electionBaseYear: elections.electionBaseYear,
  electionNextYear: elections.electionNextYear,
  otherPolls: elections.otherPolls,
});

describe('what changes around a visit to come reaches its adviser before the night', () => {
  it('an inspection of the host within four weeks of it, and none that is further away', async () => {
    await inspection(addDays(START, -29), 'childrens-services');
    await inspection(addDays(END, 29), 'social-housing');
    await watch.lookIfChanged();
    expect(await told()).toEqual([]);
    expect((await adviser.get(`/challenges/${challenge.id}`)).text).not.toContain(
      'Possible problem with these dates',
    );
    await inspection(addDays(START, -28), 'send-area');
    await inspection(addDays(END, 28), 'best-value');
    await watch.lookIfChanged();
    const [letter] = await told();
    expect(letter).toContain(
      'Finance peer review at Sandwell Metropolitan Borough Council, Tuesday 8 to Thursday 10 June 2027: an inspection (SEND, area) is expected by Tuesday 11 May 2027; an inspection (Best value) is expected by Thursday 8 July 2027.',
    );
    expect(letter).toContain(`/challenges/${challenge.id}`);
    expect((await adviser.get('/')).text).toContain('its dates: an inspection (SEND, area)');
  });

  it('a general election whose period meets it', async () => {
    const path = '/api/policies/calendar';
    const answer = await service.send('programme', 'get', path);
    const { content } = answer.body as { content: { generalElections: object[] } };
    const generalElections = [...content.generalElections, { dissolved: '2027-05-10', poll: '2027-06-17' }];
    const put = { content: { ...content, generalElections }, reason: 'it was called' };
    await service.done('programme', 'put', path, put, { 'If-Match': String(answer.headers.etag) });
    await watch.lookIfChanged();
    expect((await told()).at(-1)).toContain(
      'the pre-election period runs from Monday 10 May 2027 to Thursday 17 June 2027',
    );
    const { text } = await adviser.get(`/challenges/${challenge.id}`);
    expect(text).toContain('Possible problem with these dates:');
    expect(text).toContain(`href="/challenges/${challenge.id}/leave"`);
  });

  it('no adviser of another region, and not any more whoever has said that it goes on', async () => {
    const elsewhere = await signedIn(service, 'adviser', { region: 'London' });
    expect((await elsewhere.get('/')).text).not.toContain('its dates:');
    const path = `/challenges/${challenge.id}`;
    const shown = [...(await adviser.get(path)).text.matchAll(/name="shown" value="([^"]+)"/g)].map(
      ([, words]) => words?.replaceAll('&#39;', '’'),
    );
    expect(shown).toHaveLength(3);
    // What was not shown is not accepted.
    expect((await adviser.post(`${path}/days-met`, { shown: ['something else'] })).status).toBe(303);
    expect((await adviser.get('/')).text).toContain('its dates:');
    expect((await adviser.post(`${path}/days-met`, {})).status).toBe(400);
    expect((await adviser.post(`${path}/days-met`, { shown })).status).toBe(303);
    expect((await adviser.get('/')).text).not.toContain('its dates:');
    expect((await adviser.get(`/challenges/${challenge.id}/history`)).text).toContain('It goes on as agreed');
  });

  it('an inspection that moves, by itself, also after the team is agreed again for the same days', async () => {
    const before = (await told()).length;
    await service.source.query(
      `UPDATE inspections SET expected_by = '2027-06-11' WHERE framework = 'childrens-services'`,
    );
    await inspection('2027-06-14', 'adult-care');
    await watch.lookIfChanged();
    expect((await told()).slice(before)).toEqual([
      expect.stringMatching(
        /2027: an inspection \(Children’s services \(ILACS\)\) is expected by Friday 11 June 2027; an inspection \(Adult social care assurance\) is expected by Monday 14 June 2027\.$/m,
      ),
    ]);
    const edited = await service.done<Ided>('adviser', 'post', `/api/proposals/${proposal}/edit`, {
      seats: { 'senior-officer': null },
    });
    const { length: sent } = await told();
    await service.done('adviser', 'post', `/api/proposals/${edited.id}/agree`, { ends: [] });
    expect((await adviser.get(`/challenges/${challenge.id}`)).text).toContain(
      'Possible problem with these dates: an inspection (Children’s services (ILACS))',
    );
    expect(await told()).toHaveLength(sent);
  });

  it('a change of control after which a member does not fit their seat', async () => {
    await service.source.query(
      `UPDATE challenges SET seats = jsonb_set(seats, '{0,party}', '"leading"') WHERE id = $1`,
      [challenge.id],
    );
    const changed = { control: 'Conservative', leadingGroup: 'Conservative', asOf: '2026-11-20' };
    expect((await adviser.post(`/councils/${council}/control`, changed)).status).toBe(303);
    await watch.lookIfChanged();
    expect((await adviser.get('/')).text).toContain('circumstances have changed');
  });

  it('a by-election at home of a member of the team, by the seat and not by name; none of one ward', async () => {
    const [member] = await service.source.query<
      { name: string; councilId: string; council: string; seat: string }[]
    >(
      `SELECT p.name, p.council_id AS "councilId", h.name AS council, s.key AS seat FROM proposals t, jsonb_each_text(t.seats) s
       JOIN peers p ON p.id::text = s.value JOIN councils h ON h.id = p.council_id
       WHERE t.challenge_id = $1 AND t.state = 'agreed' AND p.class = 'member'`,
      [challenge.id],
    );
    const polls = async (...names: [string, boolean][]): Promise<void> => {
      const home = await service.source.manager.findOneByOrFail(Council, { id: member?.councilId ?? '' });
      const otherPolls = names.map(([name, isWard]) => ({ name, poll: addDays(END, 3), isWard }));
      await service.app
        .get(BodiesService)
        .change(SYSTEM, home.id, home.version, { ...factsOf(home), otherPolls });
    };
    const before = (await told()).length;
    await polls(['Topsham', true]);
    await watch.lookIfChanged();
    expect((await told()).slice(before)).toEqual([]);
    // Two polls on one day are one period, told once.
    await polls(['Mayor', false], ['All seats again', false]);
    await watch.lookIfChanged();
    const [letter, ...more] = (await told()).slice(before);
    expect(more).toEqual([]);
    const seat = member?.seat.replaceAll('-', ' ') ?? '';
    expect(letter).toContain(
      `the council of the ${seat}, ${member?.council ?? ''}, is in its pre-election period from`,
    );
    expect(letter).not.toContain(member?.name);
    expect((await adviser.get('/')).text).toContain(`the council of the ${seat}`);
    await polls();
  });

  it('each of them once, and nothing where nothing was written', async () => {
    const before = (await told()).length;
    await watch.lookIfChanged();
    await watch.lookAll();
    expect(await told()).toHaveLength(before);
  });
});
