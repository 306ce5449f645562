import { Account } from '../../src/people/account.entity.js';
import { SignInCodes } from '../../src/people/sign-in-codes.service.js';
import { addedBy } from '../support/accounts.js';
import { Given } from '../support/given.js';
import { PageSession } from '../support/page-session.js';
import { saidOn, signedIn, versionOn } from '../support/people.js';
import { Service } from '../support/service.js';

let service: Service;
let admin: PageSession;

beforeAll(async () => {
  service = await Service.start({ worker: false });
  admin = await signedIn(service, 'admin');
}, 60_000);
afterAll(() => service.stop());

const byEmail = (email: string): Promise<Account | null> =>
  service.source.manager.findOneBy(Account, { email });

const added = (facts: object = {}): Promise<Account> => addedBy(admin, service, facts);

/** Sends the form of an account as its page shows it. */
async function change(
  { id, email, name, role }: Account,
  by: object,
  as = admin,
): ReturnType<PageSession['post']> {
  const version = versionOn((await as.get(`/accounts/${id}`)).text);
  return as.post(`/accounts/${id}`, { email, name, role, version, state: 'active', ...by });
}

describe('an account', () => {
  it('is added with its address in small letters, and for whom it is', async () => {
    const council = await new Given(service).council('E08000028');
    const sent = await admin.post('/accounts/new', {
      email: 'Kim.Reid@Sandwell.example',
      name: 'Kim Reid',
      role: 'council',
      council: 'E08000028',
    });
    expect(sent.status).toBe(303);
    expect(await byEmail('kim.reid@sandwell.example')).toMatchObject({
      name: 'Kim Reid',
      role: 'council',
      councilId: council.id,
      senior: false,
      state: 'active',
    });
    expect(saidOn((await admin.get('/accounts')).text)).toContain('kim.reid@sandwell.example');
  });

  it.each([
    ['a council’s account without its council', { role: 'council' }, 'Choose its council'],
    ['a second approver without a council', { role: 'approver' }, 'Choose its council'],
    ['a group office without its party', { role: 'group' }, 'Choose its party'],
    ['a council that is not there', { role: 'council', council: 'E1' }, 'allowed: a code of the register'],
    ['no role', { role: '' }, 'Choose the role'],
    ['no address', { email: 'nobody' }, 'Enter the e-mail address like name@example.com'],
  ])('is not added: %s', async (_, facts, said) => {
    const form = {
      email: `refused-7@accounts.example`,
      name: 'Refused',
      role: 'board',
      ...facts,
    };
    const refused = await admin.post('/accounts/new', form);
    expect(refused.status).toBe(400);
    expect(saidOn(refused.text)).toContain(said);
    expect(refused.text).toContain('Refused');
    expect(await byEmail(form.email)).toBeNull();
  });

  it('is for a region, a body and a group of the lists, which nobody has to spell', async () => {
    const { text } = await admin.get('/accounts/new');
    for (const option of ['value="South West"', 'value="E07000041"', 'value="Liberal Democrat"'])
      expect(text).toContain(`<option ${option}`);
    await service.source.query(`UPDATE councils SET valid_to = '2020-03-31' WHERE code = 'E07000040'`);
    expect((await admin.get('/accounts/new')).text).not.toContain('value="E07000040"');
    const typed = { email: 'typed@accounts.example', name: 'Typed', role: 'adviser', region: 'South-West' };
    const refused = await admin.post('/accounts/new', typed);
    expect([refused.status, saidOn(refused.text).includes('allowed: East Midlands')]).toEqual([400, true]);
  });

  it('is told to whoever it is for, with what they are and where they sign in', async () => {
    const { email } = await added({ role: 'adviser' });
    const [mail] = await service.source.query<{ subject: string; body: string }[]>(
      'SELECT subject, body FROM messages WHERE recipient = $1',
      [email],
    );
    expect(mail?.subject).toBe('You can use Critical Friend now');
    expect(mail?.body).toMatch(/as principal adviser\.[^]*There is no password[^]*\/sign-in/);
  });

  it('is for what its role is for, and keeps nothing else', async () => {
    const all = { region: 'South West', council: 'E07000041', party: 'Labour' };
    const kept = async (role: string): Promise<unknown[]> => {
      const { region, councilId, party } = await added({ ...all, role });
      return [region, councilId === null, party];
    };
    expect(await kept('adviser')).toEqual(['South West', true, null]);
    expect(await kept('council')).toEqual([null, false, null]);
    expect(await kept('group')).toEqual([null, true, 'Labour']);
    expect(await kept('programme')).toEqual([null, true, null]);
  });

  it('is not taken from its owner by the owner: somebody else changes a role', async () => {
    const account = await added({ role: 'programme' });
    await service.source.query('UPDATE accounts SET example = true WHERE id = $1', [account.id]);
    const own = await new PageSession(service.app).be(account.id);
    for (const [by, said] of [
      [{ role: 'board' }, 'somebody else changes your role'],
      [{ state: 'disabled' }, 'somebody else disables it'],
    ] as const) {
      const refused = await change(account, by, own);
      expect([refused.status, saidOn(refused.text)]).toEqual([400, expect.stringContaining(said)]);
    }
    expect((await change(account, { name: 'Another Name' }, own)).status).toBe(303);
  });

  it('keeps a region that the list does not know any more', async () => {
    const account = await added({ role: 'adviser' });
    await service.source.query(`UPDATE accounts SET region = 'Old Region' WHERE id = $1`, [account.id]);
    expect((await admin.get(`/accounts/${account.id}`)).text).toContain(
      '<option value="Old Region" selected',
    );
  });

  it('is one for each address, whoever asks and however it is written', async () => {
    const { email } = await added();
    const twice = await admin.post('/accounts/new', {
      email: email.toUpperCase(),
      name: 'Another',
      role: 'board',
    });
    expect([twice.status, saidOn(twice.text).includes('which has an account already')]).toEqual([400, true]);
    const other = await added();
    expect((await change(other, { email })).status).toBe(400);
    expect(await byEmail(other.email)).toMatchObject({ id: other.id });
  });

  it('is changed only from the page that shows it as it is', async () => {
    const account = await added();
    const version = versionOn((await admin.get(`/accounts/${account.id}`)).text);
    const facts = { email: account.email, role: 'board', version };
    expect((await admin.post(`/accounts/${account.id}`, { ...facts, name: 'First' })).status).toBe(303);
    expect((await admin.post(`/accounts/${account.id}`, { ...facts, name: 'Second' })).status).toBe(412);
    expect(await byEmail(account.email)).toMatchObject({ name: 'First' });
  });

  it('that is disabled is signed out at once, everywhere, and signs in no more', async () => {
    const account = await added({ role: 'manager' });
    await service.source.query('UPDATE accounts SET example = true WHERE id = $1', [account.id]);
    const browsers = [
      await new PageSession(service.app).be(account.id),
      await new PageSession(service.app).be(account.id),
    ];
    for (const browser of browsers) expect((await browser.get('/account')).status).toBe(200);
    expect((await change(account, { state: 'disabled' })).status).toBe(303);
    for (const browser of browsers) expect((await browser.get('/account')).status).toBe(303);
    const [row] = await service.source.query<{ count: number }[]>(
      `SELECT count(*)::int AS count FROM sessions WHERE sess->>'accountId' = $1`,
      [account.id],
    );
    expect(row?.count).toBe(0);
    expect(await service.app.get(SignInCodes).admit(account.email)).toBeNull();
  });

  it('sees what is told in confidence by the word of an administrator alone', async () => {
    const account = await added();
    const office = await signedIn(service, 'programme');
    const refused = await change(account, { senior: 'yes' }, office);
    expect([400, 403]).toContain(refused.status);
    expect((await byEmail(account.email))?.senior).toBe(false);
    expect((await change(account, { senior: 'yes' })).status).toBe(303);
    expect((await byEmail(account.email))?.senior).toBe(true);
  });

  it('of an administrator is made and changed by administrators alone', async () => {
    const office = await signedIn(service, 'programme');
    const made = await office.post('/accounts/new', { email: 'me@x.example', name: 'Me', role: 'admin' });
    const account = await added();
    const raised = await change(account, { role: 'admin' }, office);
    const other = await added({ role: 'admin' });
    const taken = await change(other, { email: 'mine@x.example' }, office);
    expect([made.status, raised.status, taken.status]).toEqual([400, 400, 400]);
    expect(saidOn(raised.text)).toContain('Only an administrator names administrators');
    expect([(await byEmail(account.email))?.role, (await byEmail(other.email))?.role]).toEqual([
      'board',
      'admin',
    ]);
  });

  it('is offered to the office only as what the office may make of it', async () => {
    const forms = async (role: 'programme' | 'admin'): Promise<boolean[]> => {
      const { text } = await (await signedIn(service, role)).get('/accounts/new');
      return [text.includes('value="admin"'), text.includes('name="senior"'), text.includes('value="board"')];
    };
    expect([await forms('programme'), await forms('admin')]).toEqual([
      [false, false, true],
      [true, true, true],
    ]);
  });

  it('whose role or address is changed tells its owner so, at the address before too', async () => {
    const account = await added();
    const told = async (): Promise<string[]> => {
      const rows = await service.source.query<{ recipient: string; body: string }[]>(
        `SELECT recipient, body FROM messages WHERE template = 'account-changed' AND about = $1 ORDER BY created_at, recipient`,
        [`account:${account.id}`],
      );
      return rows.map(({ recipient, body }) => `${recipient}: ${body.split('\n\n')[1] ?? ''}`);
    };
    await change(account, { name: 'Somebody Else' });
    expect(await told()).toEqual([]);
    await change(account, { email: 'zz-new@accounts.example', role: 'manager' });
    const said =
      'You sign in with the address zz-new@accounts.example from now on, and are signed out everywhere. You were board, and act as challenge manager from now on: sign in again for that. A admin, administrator, has changed it.';
    expect(await told()).toEqual([`${account.email}: ${said}`, `zz-new@accounts.example: ${said}`]);
  });

  it('shows the office where it is signed in, which may end one session or all', async () => {
    const account = await added({ role: 'manager' });
    await service.source.query('UPDATE accounts SET example = true WHERE id = $1', [account.id]);
    const browsers = [
      await new PageSession(service.app).be(account.id),
      await new PageSession(service.app).be(account.id),
    ];
    const { text } = await admin.get(`/accounts/${account.id}`);
    const keys = [...text.matchAll(/name="key" value="(\w+)"/g)].map(([, key]) => key);
    expect(keys).toHaveLength(2);
    await admin.post(`/accounts/${account.id}/sessions/end`, { key: keys[0] });
    const statuses = async (): Promise<number[]> =>
      (await Promise.all(browsers.map((one) => one.get('/account')))).map(({ status }) => status).sort();
    expect(await statuses()).toEqual([200, 303]);
    await admin.post(`/accounts/${account.id}/sessions/end`, {});
    expect(await statuses()).toEqual([303, 303]);
  });

  it('of somebody senior is changed by administrators alone, so that nobody takes what is told in confidence', async () => {
    const office = await signedIn(service, 'programme');
    const senior = await added({ role: 'manager', senior: 'yes' });
    const taken = await change(senior, { email: 'mine@x.example', senior: 'yes' }, office);
    expect([taken.status, (await byEmail(senior.email))?.senior]).toEqual([400, true]);
    const ended = await office.post(`/accounts/${senior.id}/sessions/end`, {});
    expect(ended.status).toBe(403);
  });

  it('with another address is signed out, and codes that were sent to the one before are void', async () => {
    const account = await added({ role: 'manager' });
    await service.source.query('UPDATE accounts SET example = true WHERE id = $1', [account.id]);
    const there = await new PageSession(service.app).be(account.id);
    const codes = service.app.get(SignInCodes);
    const attempt = await codes.send(account.email);
    await change(account, { email: `new-${account.email}`, role: 'manager' });
    expect((await there.get('/account')).status).toBe(303);
    const left = await service.source.query<object[]>('SELECT FROM sign_in_codes WHERE id = $1', [attempt]);
    expect(left).toEqual([]);
  });

  it('of the last administrator stays one', async () => {
    const all = await service.source.manager.findBy(Account, { role: 'admin' });
    const [last, ...others] = all;
    for (const { id } of others)
      await service.source.query(`UPDATE accounts SET state = 'disabled' WHERE id = $1`, [id]);
    if (!last) throw new Error('no administrator');
    await service.source.query('UPDATE accounts SET example = true WHERE id = $1', [last.id]);
    const herself = await new PageSession(service.app).be(last.id);
    for (const by of [{ role: 'board' }, { role: 'admin', state: 'disabled' }]) {
      const refused = await change(last, by, herself);
      expect([refused.status, saidOn(refused.text).includes('This is the last administrator.')]).toEqual([
        409,
        true,
      ]);
    }
    for (const { id } of others)
      await service.source.query(`UPDATE accounts SET state = 'active' WHERE id = $1`, [id]);
  });

  it('is for a region of the register, and its address is nobody else’s', async () => {
    const account = await added();
    const [other] = [await added()];
    const nowhere = await change(account, { role: 'adviser', region: 'Narnia' });
    expect([nowhere.status, saidOn(nowhere.text).includes('Narnia')]).toEqual([400, true]);
    const twice = await change(account, { email: other.email });
    expect([twice.status, saidOn(twice.text).includes('which has an account already')]).toEqual([400, true]);
  });

  it('is not there by a name that is none, and no form makes one of a peer', async () => {
    expect((await admin.get('/accounts/nobody')).status).toBe(404);
    expect(
      (await admin.post('/accounts/nobody', { email: 'x@y.example', name: 'X', role: 'board' })).status,
    ).toBe(404);
    const peer = await admin.post('/accounts/new', { email: 'p@y.example', name: 'P', role: 'peer' });
    expect(peer.status).toBe(400);
  });
});

describe('a peer of the pool', () => {
  it('may sign in by the address that the pool has, and not once they have retired', async () => {
    const given = new Given(service);
    const here = { class: 'officer' as const, positions: ['s151'], email: 'serves@peers.example' };
    const gone = { ...here, email: 'retired@peers.example' };
    await given.peer(here);
    const { id } = await given.peer(gone);
    await service.source.query(`UPDATE peers SET state = 'retired' WHERE id = $1`, [id]);
    expect((await service.app.get(SignInCodes).admit('Serves@peers.example'.toLowerCase()))?.role).toBe(
      'peer',
    );
    expect(await service.app.get(SignInCodes).admit('retired@peers.example')).toBeNull();
  });
});
