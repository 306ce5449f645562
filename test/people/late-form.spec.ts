import { flat, marked } from '../../src/people/late-forms.js';
import { Given } from '../support/given.js';
import { PageSession, type Answer } from '../support/page-session.js';
import { codeOf, saidOn } from '../support/people.js';
import { Service } from '../support/service.js';

let service: Service;
let staff: { adviser: string; council: string };
let leave: string;

const HOUR_MS = 3_600_000;
const OURS = { 'Sec-Fetch-Site': 'same-origin' };
const TYPED = { how: 'cancel', reason: 'The election was called for that week', step: 'check' };

beforeAll(async () => {
  service = await Service.start();
  const given = new Given(service);
  staff = await given.staff();
  leave = `/challenges/${(await given.scoped('E08000028')).id}/leave`;
});
afterAll(() => service.stop());

const browser = (): PageSession => new PageSession(service.app);

/** Somebody with a form open whose session ended meanwhile. */
async function late(): Promise<PageSession> {
  const person = await browser().be(staff.adviser);
  await person.get(leave);
  await person.token();
  await service.asOwner('DELETE FROM sessions');
  return person;
}

async function signIn(person: PageSession, email: string, next: string): Promise<string> {
  const asked = await person.post('/sign-in', { email, next });
  const [path = ''] = String(asked.headers.location).split('?');
  const code = await codeOf(service, path.split('/').at(-1) ?? '');
  return String((await person.post(path, { code, next })).headers.location);
}

describe('a form that is sent after the session has ended', () => {
  it('leads to signing in, and back to what was typed, which is then sent as it was', async () => {
    const person = await late();
    const sent = await person.post(leave, TYPED, OURS);
    expect([sent.status, sent.headers.location]).toEqual([303, '/sign-in?next=%2Flate-form']);
    expect((await person.get(String(sent.headers.location))).text).toContain('What you typed is kept');
    expect(await signIn(person, 'adviser@staff.example', '/late-form')).toBe('/late-form');
    const { text } = await person.get('/late-form');
    expect(text).toContain('nothing has been sent yet');
    expect(text).toContain(`<dd class="govuk-summary-list__value">${TYPED.reason}`);
    expect(text).toContain(`action="${leave}"`);
    const fields = [...text.matchAll(/<input type="hidden" name="([a-z]+)" value="([^"]*)"/g)].map(
      ([, name, value]) => [name, value],
    );
    expect(Object.fromEntries(fields)).toEqual(TYPED);
    expect((await person.post(leave, TYPED, OURS)).status).toBe(200);
    expect((await person.get('/late-form')).text).toContain('Nothing is kept');
  });

  it('shows days and what was chosen in words, and what was typed as it was', async () => {
    const person = await late();
    const typed = { weeks: ['2027-06-08/3', '2027-02-30'], presence: 'on_site', reason: 'well-known' };
    await person.post(leave, typed, OURS);
    await signIn(person, 'adviser@staff.example', '/late-form');
    const { status, text } = await person.get('/late-form');
    expect(status).toBe(200);
    for (const said of ['Tuesday 8 June 2027, 3 days', '2027-02-30', 'on site', 'well-known'])
      expect(saidOn(text)).toContain(said);
  });

  it('waits also where the person signed in again beside it', async () => {
    const person = await browser().be(staff.adviser);
    const old = await person.token();
    await person.be(staff.adviser);
    const sent = await person.post(leave, { ...TYPED, _csrf: old }, OURS);
    expect([sent.status, sent.headers.location]).toEqual([303, '/late-form']);
    expect((await person.get('/late-form')).text).toContain(TYPED.reason);
  });

  it('is shown to nobody else who signs in there, nor sent as them', async () => {
    const person = await late();
    await person.post(leave, TYPED, OURS);
    await signIn(person, 'council-e08000028@staff.example', '/late-form');
    expect((await person.get('/late-form')).text).not.toContain(TYPED.reason);
    const owner = await browser().be(staff.adviser);
    const theirs = await owner.token();
    expect((await person.post(leave, { ...TYPED, _csrf: theirs }, OURS)).status).toBe(403);
    // Whose it is finds it still, after somebody else was signed in there by mistake.
    await signIn(person, 'adviser@staff.example', '/late-form');
    expect((await person.get('/late-form')).text).toContain(TYPED.reason);
  });

  it('is refused where it was not sent by a page of ours, or carries no mark of ours', async () => {
    const person = await late();
    const token = await person.token();
    const sent = (more: object, headers: Record<string, string> = OURS): Promise<Answer> =>
      person.post(leave, { ...TYPED, _csrf: token, ...more }, headers);
    const [csrf = '', mark = ''] = token.split('~');
    const shownAgo = (ms: number): string =>
      marked(csrf, service.settings.SESSION_SECRET, staff.adviser, Date.now() - ms);
    const refused = [
      await sent({}, {}),
      await sent({}, { 'Sec-Fetch-Site': 'none' }),
      await sent({ _csrf: csrf }),
      await sent({ _csrf: `${csrf}~${staff.adviser}.AAAA` }),
      await sent({ _csrf: `${csrf}~${mark.replace(/^./, 'x')}` }),
      await sent({ reason: 'x'.repeat(100_001) }),
      await sent({ reason: 'a\0b' }),
      await sent({ _csrf: shownAgo(14 * HOUR_MS) }),
    ];
    expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 403));
    // What is over needs no end, and nobody has to sign in for it.
    const out = await person.post('/sign-out', { _csrf: token }, OURS);
    expect([out.status, out.headers.location]).toEqual([303, '/sign-in']);
    expect((await sent({ _csrf: shownAgo(12 * HOUR_MS) })).status).toBe(303);
    expect((await sent({ reason: 'x'.repeat(99_000) })).status).toBe(303);
  });

  it('is kept twenty times an hour for one account, and not more often', async () => {
    const person = await browser().be(staff.council);
    await person.get('/account');
    const token = await person.token();
    await service.asOwner('DELETE FROM sessions');
    const send = (): Promise<Answer> => person.post(leave, { ...TYPED, _csrf: token }, OURS);
    for (let n = 0; n < 20; n++) expect([n, (await send()).status]).toEqual([n, 303]);
    expect((await send()).status).toBe(429);
  });

  it('keeps lists and what stands in them', () => {
    const fields = { a: ['x', 'y'], w: [{ start: '1' }, { start: '2' }], deep: { one: 'z' } };
    expect(flat(fields).map(({ name, value }) => `${name}=${value}`)).toEqual([
      'a[]=x',
      'a[]=y',
      'w[0][start]=1',
      'w[1][start]=2',
      'deep[one]=z',
    ]);
  });
});
