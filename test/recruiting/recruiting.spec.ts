import { addDays, addMonths, londonDate } from '../../src/calendar/dates.js';
import { Account } from '../../src/people/account.entity.js';
import { APPLICATION_STATES, nextOf } from '../../src/recruiting/application.entity.js';
import { Application } from '../../src/recruiting/application.entity.js';
import { withAccreditations } from '../../src/recruiting/events.service.js';
import { Given } from '../support/given.js';
import { PageSession } from '../support/page-session.js';
import { saidOn } from '../support/people.js';
import { Service } from '../support/service.js';

let service: Service;
let office: PageSession;
let group: PageSession;
let employer: PageSession;

async function signedIn(facts: Partial<Account> & Pick<Account, 'role'>): Promise<PageSession> {
  const { id } = await service.source.manager.save(Account, {
    email: `${facts.role}@recruiting.example`,
    name: facts.role,
    example: true,
    ...facts,
  });
  return new PageSession(service.app).be(id);
}

beforeAll(async () => {
  service = await Service.start({ worker: false });
  office = await signedIn({ role: 'programme' });
  group = await signedIn({ role: 'group', party: 'Labour' });
  employer = await signedIn({
    role: 'council',
    councilId: (await new Given(service).council('E08000029')).id,
  });
}, 60_000);
afterAll(() => service.stop());

const officer = {
  name: 'Ann Bell',
  email: 'ann.bell@applicants.example',
  class: 'officer',
  positions: 's151',
  skills: 'finance 4',
  council: 'E07000041',
};
/** An application as it is sent after its check. */
const send = (who: PageSession, form: object): ReturnType<PageSession['post']> =>
  who.post('/applications/new', { ...form, step: 'send' });
const find = (email: string): Promise<Application> =>
  service.source.manager.findOneByOrFail(Application, { email });
const ALL = ['experience', 'skills', 'references', 'conduct', 'released'];

describe('an application', () => {
  it('goes from the first word to the pool: appraised by the criteria, inducted, accredited, and told', async () => {
    const checked = await office.post('/applications/new', { ...officer, step: 'check' });
    expect(checked.text).toContain(
      '<strong>Who will be told:</strong> Ann Bell, by a message to ann.bell@applicants.example',
    );
    expect(await service.source.manager.countBy(Application, { email: officer.email })).toBe(0);
    const taken = await send(office, officer);
    expect(taken.status).toBe(303);
    const path = String(taken.headers.location);
    const unmet = await office.post(path, { version: '1', to: 'appraised', criteria: ['skills'] });
    expect([unmet.status, unmet.text]).toEqual([
      400,
      expect.stringContaining('Not met: holds, or lately held, the position'),
    ]);
    expect(
      (await office.post(path, { version: '1', to: 'appraised', criteria: ALL, skills: 'finance 5' })).status,
    ).toBe(303);
    expect((await office.post(path, { version: '2', to: 'accredited', kinds: 'finance' })).status).toBe(409);
    const stale = await office.post(path, { version: '1', to: 'inducted', reason: 'from an old page' });
    expect([stale.status, (await find(officer.email)).state]).toEqual([412, 'appraised']);
    expect(
      (await office.post(path, { version: '2', to: 'inducted', reason: 'briefing of January' })).status,
    ).toBe(303);
    const nothing = await office.post(path, { version: '3', to: 'accredited' });
    expect([nothing.status, nothing.text]).toEqual([
      400,
      expect.stringContaining('Choose the kinds of challenge'),
    ]);
    expect(
      (await office.post(path, { version: '3', to: 'accredited', kinds: 'finance', expiresOn: '2029-11-30' }))
        .status,
    ).toBe(303);
    const { peerId } = await find(officer.email);
    const peer = await service.done<{ name: string; skills: object; accreditations: object[] }>(
      'programme',
      'get',
      `/api/peers/${peerId ?? ''}`,
    );
    expect(peer).toMatchObject({
      name: 'Ann Bell',
      skills: { finance: 5 },
      accreditations: [{ kind: 'finance', expiresOn: '2029-11-30' }],
    });
    const told = await service.source.query<{ subject: string }[]>(
      `SELECT subject FROM messages WHERE recipient = $1 ORDER BY created_at`,
      [officer.email],
    );
    expect(told.map(({ subject }) => subject)).toEqual([
      'Your application to be a peer has arrived',
      'You are accredited as a peer: please say when you are free',
    ]);
    expect((await office.get('/events')).text).toContain('Ann Bell');
    const again = await send(office, officer);
    expect([again.status, again.text]).toEqual([
      400,
      expect.stringContaining('A peer with this address is in the pool already'),
    ]);
  });

  it('is nominated by a group office for its party, and by a council for its own people', async () => {
    const member = {
      name: 'Cllr Raj Patel',
      email: 'raj@applicants.example',
      class: 'member',
      positions: 'leader',
    };
    expect((await send(group, { ...member, party: 'Green' })).text).toContain('Thank you');
    expect(await find(member.email)).toMatchObject({
      state: 'nominated',
      party: 'Labour',
      nominatedBy: 'Labour group office',
    });
    const wrong = await send(group, { ...officer, email: 'x@applicants.example' });
    expect([wrong.status, wrong.text]).toEqual([
      400,
      expect.stringContaining('A group office nominates members'),
    ]);
    expect((await send(employer, { ...officer, email: 'sue@applicants.example' })).text).toContain(
      'Thank you',
    );
    const nominated = await find('sue@applicants.example');
    expect(nominated.nominatedBy).toContain('Solihull');
    for (const nominator of [group, employer])
      expect((await nominator.get(`/applications/${nominated.id}`)).status).toBe(403);
  });

  it('keeps a party for councillors only', async () => {
    const refused = await send(office, { ...officer, email: 'y@applicants.example', party: 'Labour' });
    expect([refused.status, refused.text]).toEqual([
      400,
      expect.stringContaining('A party is kept for councillors only'),
    ]);
  });

  it('takes only the steps of its life, each with who and why', async () => {
    const { id } = await find('raj@applicants.example');
    for (const state of APPLICATION_STATES)
      for (const next of nextOf(state)) expect(nextOf(next)).not.toContain(state);
    expect((await office.post(`/applications/${id}`, { version: '1', to: 'declined' })).status).toBe(400);
    expect(
      (
        await office.post(`/applications/${id}`, {
          version: '1',
          to: 'declined',
          reason: 'no time this year',
        })
      ).status,
    ).toBe(303);
    expect(
      (await office.post(`/applications/${id}`, { version: '2', to: 'appraised', criteria: ALL })).status,
    ).toBe(409);
    expect((await office.get(`/applications/${id}`)).text).toContain('declined, no time this year');
    const told = await service.source.query<{ subject: string; body: string }[]>(
      `SELECT subject, body FROM messages WHERE recipient = 'raj@applicants.example' ORDER BY created_at`,
    );
    expect(told.map(({ subject }) => subject)).toEqual([
      'You are nominated to be a peer for other councils',
      'Your application to be a peer has ended',
    ]);
    expect(told[1]?.body).not.toContain('no time this year');
  });
});

describe('an offer by somebody without a sign-in', () => {
  const offer = {
    name: 'Cllr Jo Reed',
    email: 'Jo.Reed@applicants.example',
    position: 'leader',
    party: 'Labour',
    council: 'E08000029',
  };
  let anybody: PageSession;
  beforeAll(() => {
    anybody = new PageSession(service.app);
  });
  const letters = (email: string): Promise<number> =>
    service.source
      .query<unknown[]>(`SELECT 1 FROM messages WHERE recipient = $1`, [email])
      .then(({ length }) => length);

  it('is checked, sent once however often it is pressed, told, and counts towards the campaign that passed it on', async () => {
    const untouched = await anybody.post('/apply', { step: 'check' });
    expect([untouched.status, untouched.text]).toEqual([400, expect.stringContaining('Enter your name')]);
    const campaign = { title: 'Leaders', positions: 'leader', wanted: '2', until: '2099-06-30' };
    expect((await office.post('/campaigns/new', campaign)).status).toBe(303);
    const [, link = ''] =
      /href="(\/apply\?campaign=[^"]+)">the page to offer oneself<span[^>]*> for Leaders</.exec(
        (await office.get('/recruiting')).text,
      ) ?? [];
    const [, id] = /name="campaign" value="([^"]+)"/.exec((await anybody.get(link)).text) ?? [];
    const form = { ...offer, skills: ['finance', 'governance'], campaign: id };
    expect((await anybody.post('/apply', { ...form, step: 'check' })).text).toContain(
      'jo.reed@applicants.example, and the programme office',
    );
    const sent = await Promise.all([1, 2, 3, 4].map(() => anybody.post('/apply', { ...form, step: 'send' })));
    expect(sent.map(({ status, headers }) => [status, headers.location])).toEqual(
      Array(4).fill([303, '/apply/sent']),
    );
    const { state, class: of, party, skills, actor } = await find('jo.reed@applicants.example');
    expect({ state, of, party, skills, actor }).toEqual({
      ...{ state: 'applied', of: 'member', party: 'Labour' },
      ...{ skills: { finance: 3, governance: 3 }, actor: 'applicant' },
    });
    expect(await letters('jo.reed@applicants.example')).toBe(1);
    const page = (await office.get('/recruiting')).text;
    expect(page).toMatch(/>Leaders<\/a>: 0 of 2 found, 1 on their way/);
    expect((await office.get('/')).text).toContain('wait to be appraised');
  });

  it('answers an address of the pool like any other, and writes to nobody', async () => {
    const known = { ...offer, email: officer.email, step: 'send' };
    const before = await letters(officer.email);
    const [ofKnown, ofNew] = [
      await anybody.post('/apply', known),
      await anybody.post('/apply', { ...known, email: 'new@applicants.example' }),
    ];
    expect([ofKnown.status, ofKnown.headers.location]).toEqual([ofNew.status, ofNew.headers.location]);
    expect([await letters(officer.email), await letters('new@applicants.example')]).toEqual([before, 1]);
  });

  it.each([
    [{ position: 's151' }, 'A party is kept for councillors only'],
    [{ position: 'king' }, 'Choose what you are'],
    [{ party: '' }, 'Choose your party or group'],
    [{ party: 'The winning one' }, 'Choose your party or group'],
    [{ council: '' }, 'Choose your council, or enter your organisation'],
    [{ skills: 'sorcery' }, 'Found &quot;sorcery&quot;'],
  ])('with %j is told what is wrong', async (wrong, words) => {
    const refused = await anybody.post('/apply', {
      ...offer,
      email: 'wrong@applicants.example',
      ...wrong,
      step: 'send',
    });
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining(words)]);
  });

  it('is slowed down after twenty from one address', async () => {
    const codes = [];
    for (let i = 0; i < 20; i++) codes.push((await anybody.post('/apply', { step: 'check' })).status);
    expect([codes[0], codes.at(-1)]).toEqual([400, 429]);
  });
});

describe('a campaign', () => {
  it('is started for a gap, and tells how far it has come', async () => {
    const campaign = {
      title: 'Monitoring officers',
      positions: 'monitoring-officer',
      skills: 'governance 4',
      wanted: '3',
      until: '2099-06-30',
    };
    expect((await office.post('/campaigns/new', campaign)).status).toBe(303);
    expect((await office.get('/recruiting')).text).toContain('0 of 3 found, 0 on their way');
  });
});

describe('an event', () => {
  it('that is still to come has places taken, and nobody came or stayed away', async () => {
    const coming = { type: 'training', title: 'Induction', heldOn: addDays(londonDate(new Date()), 20) };
    const made = await office.post('/events', coming);
    const emails = 'ANN.bell@applicants.example';
    expect((await office.post(`${String(made.headers.location)}/places`, { emails })).status).toBe(303);
    const page = saidOn((await office.get('/events')).text);
    expect(page).toMatch(/Induction training, [^:]+: 1 place taken/i);
    expect(page).not.toContain('0 of 1 came');
  });

  it('accredits who came, for as long as it says, and keeps what lasts longer', async () => {
    const heldOn = addDays(londonDate(new Date()), -5);
    const made = await office.post('/events', {
      type: 'training',
      title: 'Governance',
      heldOn,
      kinds: ['governance', 'finance'],
      validMonths: '3',
    });
    const path = String(made.headers.location);
    const unknown = await office.post(`${path}/places`, { emails: 'nobody@applicants.example' });
    expect([unknown.status, unknown.text]).toEqual([
      400,
      expect.stringContaining('Nobody in the pool has: nobody@applicants.example'),
    ]);
    // The form that comes back with the fault goes to the same place.
    expect(unknown.text).toContain(`action="${path}/places"`);
    expect((await office.post(`${path}/places`, { emails: 'ANN.bell@applicants.example' })).status).toBe(303);
    const { peerId } = await find(officer.email);
    const { id: stranger } = await new Given(service).peer({ class: 'officer', positions: ['s151'] });
    const early = await office.post(`${path}/attendance`, { written: 'yes', came: [peerId ?? '', stranger] });
    expect([early.status, early.text.includes('omebody who came has no place; give them one first')]).toEqual(
      [400, true],
    );
    expect((await office.post(`${path}/attendance`, { written: 'yes', came: peerId ?? '' })).status).toBe(
      303,
    );
    const { accreditations } = await service.done<{ accreditations: { kind: string; expiresOn: string }[] }>(
      'programme',
      'get',
      `/api/peers/${peerId ?? ''}`,
    );
    expect(accreditations.find(({ kind }) => kind === 'finance')?.expiresOn).toBe('2029-11-30');
    expect(accreditations.find(({ kind }) => kind === 'governance')?.expiresOn).toBe(addMonths(heldOn, 3));
    expect((await office.get('/events')).text).toMatch(/Ann Bell<\/a>, Governance review: ends/);
  });

  it.each([
    [[], '2026-08-31', 6, [{ kind: 'finance', expiresOn: '2027-02-28' }]],
    [[{ kind: 'finance', expiresOn: null }], '2026-08-31', 6, [{ kind: 'finance', expiresOn: null }]],
    [
      [{ kind: 'finance', expiresOn: '2026-12-31' }],
      '2026-08-31',
      null,
      [{ kind: 'finance', expiresOn: null }],
    ],
    [
      [{ kind: 'finance', expiresOn: '2028-12-31' }],
      '2026-08-31',
      6,
      [{ kind: 'finance', expiresOn: '2028-12-31' }],
    ],
    [
      [{ kind: 'adults', expiresOn: '2026-12-31' }],
      '2026-08-31',
      6,
      [
        { kind: 'adults', expiresOn: '2026-12-31' },
        { kind: 'finance', expiresOn: '2027-02-28' },
      ],
    ],
  ])('leaves with %j, held on %s for %s months, %j', (held, heldOn, validMonths, after) => {
    expect(withAccreditations(held, { kinds: ['finance'], heldOn, validMonths })).toEqual(after);
  });
});
