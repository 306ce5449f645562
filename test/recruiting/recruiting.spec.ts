import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addDays, londonDate } from '../../src/calendar/dates.js';
import { Account } from '../../src/people/account.entity.js';
import { APPLICATION_STATES, nextOf } from '../../src/recruiting/application.entity.js';
import { Application } from '../../src/recruiting/application.entity.js';
import { withAccreditations } from '../../src/recruiting/events.service.js';
import { Given } from '../support/given.js';
import { PageSession } from '../support/page-session.js';
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
  employer = await signedIn({ role: 'council', councilId: (await new Given(service).council('E08000029')).id });
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
const find = (email: string): Promise<Application> => service.source.manager.findOneByOrFail(Application, { email });
const ALL = ['experience', 'skills', 'references', 'conduct', 'released'];

describe('an application', () => {
  it('goes from the first word to the pool: appraised by the criteria, inducted, accredited, and told', async () => {
    const taken = await office.post('/applications/new', officer);
    expect(taken.status).toBe(303);
    const path = String(taken.headers.location);
    const unmet = await office.post(path, { version: '1', to: 'appraised', criteria: ['skills'] });
    expect([unmet.status, unmet.text]).toEqual([400, expect.stringContaining('Not met: holds, or lately held, the position')]);
    expect((await office.post(path, { version: '1', to: 'appraised', criteria: ALL })).status).toBe(303);
    expect((await office.post(path, { version: '2', to: 'accredited', kinds: 'finance' })).status).toBe(409);
    expect((await office.post(path, { version: '2', to: 'inducted', reason: 'briefing of January' })).status).toBe(303);
    const nothing = await office.post(path, { version: '3', to: 'accredited' });
    expect([nothing.status, nothing.text]).toEqual([400, expect.stringContaining('Choose the kinds of challenge')]);
    expect((await office.post(path, { version: '3', to: 'accredited', kinds: 'finance', expiresOn: '2029-11-30' })).status).toBe(303);
    const { peerId } = await find(officer.email);
    const peer = await service.done<{ name: string; accreditations: object[] }>('programme', 'get', `/api/peers/${peerId ?? ''}`);
    expect(peer).toMatchObject({ name: 'Ann Bell', accreditations: [{ kind: 'finance', expiresOn: '2029-11-30' }] });
    const told = await service.source.query<{ subject: string }[]>(
      `SELECT subject FROM messages WHERE recipient = $1 ORDER BY created_at`,
      [officer.email],
    );
    expect(told.map(({ subject }) => subject)).toEqual([
      'Your application to be a peer has arrived',
      'You are accredited as a peer: please say when you are free',
    ]);
    expect((await office.get('/events')).text).toContain('Ann Bell');
    const again = await office.post('/applications/new', officer);
    expect([again.status, again.text]).toEqual([400, expect.stringContaining('A peer with this address is in the pool already')]);
  });

  it('is nominated by a group office for its party, and by a council for its own people', async () => {
    const member = { name: 'Cllr Raj Patel', email: 'raj@applicants.example', class: 'member', positions: 'leader' };
    expect((await group.post('/applications/new', { ...member, party: 'Green' })).text).toContain('Thank you');
    expect(await find(member.email)).toMatchObject({ state: 'nominated', party: 'Labour', nominatedBy: 'Labour group office' });
    const wrong = await group.post('/applications/new', { ...officer, email: 'x@applicants.example' });
    expect([wrong.status, wrong.text]).toEqual([400, expect.stringContaining('A group office nominates members')]);
    expect((await employer.post('/applications/new', { ...officer, email: 'sue@applicants.example' })).text).toContain('Thank you');
    const nominated = await find('sue@applicants.example');
    expect(nominated.nominatedBy).toContain('Solihull');
    for (const nominator of [group, employer]) expect((await nominator.get(`/applications/${nominated.id}`)).status).toBe(403);
  });

  it('keeps a party for councillors only', async () => {
    const refused = await office.post('/applications/new', { ...officer, email: 'y@applicants.example', party: 'Labour' });
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('A party is kept for councillors only')]);
  });

  it('takes only the steps of its life, each with who and why', async () => {
    const { id } = await find('raj@applicants.example');
    for (const state of APPLICATION_STATES) for (const next of nextOf(state)) expect(nextOf(next)).not.toContain(state);
    expect((await office.post(`/applications/${id}`, { version: '1', to: 'declined' })).status).toBe(400);
    expect((await office.post(`/applications/${id}`, { version: '1', to: 'declined', reason: 'no time this year' })).status).toBe(303);
    expect((await office.post(`/applications/${id}`, { version: '2', to: 'appraised', criteria: ALL })).status).toBe(409);
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
    expect([unknown.status, unknown.text]).toEqual([400, expect.stringContaining('Nobody in the pool has: nobody@applicants.example')]);
    expect((await office.post(`${path}/places`, { emails: 'ANN.bell@applicants.example' })).status).toBe(303);
    const { peerId } = await find(officer.email);
    expect((await office.post(`${path}/attendance`, { written: 'yes', came: peerId ?? '' })).status).toBe(303);
    const { accreditations } = await service.done<{ accreditations: { kind: string; expiresOn: string }[] }>(
      'programme',
      'get',
      `/api/peers/${peerId ?? ''}`,
    );
    expect(accreditations.find(({ kind }) => kind === 'finance')?.expiresOn).toBe('2029-11-30');
    expect(accreditations.find(({ kind }) => kind === 'governance')?.expiresOn).toBeDefined();
    expect((await office.get('/events')).text).toMatch(/Ann Bell<\/a>, Governance review: ends/);
  });

  it.each([
    [[], '2026-08-31', 6, [{ kind: 'finance', expiresOn: '2027-02-28' }]],
    [[{ kind: 'finance', expiresOn: null }], '2026-08-31', 6, [{ kind: 'finance', expiresOn: null }]],
    [[{ kind: 'finance', expiresOn: '2026-12-31' }], '2026-08-31', null, [{ kind: 'finance', expiresOn: null }]],
    [[{ kind: 'finance', expiresOn: '2028-12-31' }], '2026-08-31', 6, [{ kind: 'finance', expiresOn: '2028-12-31' }]],
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
