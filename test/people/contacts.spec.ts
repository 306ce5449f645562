import { Account } from '../../src/people/account.entity.js';
import { SignInCodes } from '../../src/people/sign-in-codes.service.js';
import { CONTACT_PURPOSES } from '../../src/challenges/contacts.js';
import { Given } from '../support/given.js';
import { saidOn, signedIn } from '../support/people.js';
import { Service } from '../support/service.js';

let service: Service;
let challenge: string;

beforeAll(async () => {
  service = await Service.start({ worker: false });
  const { id: councilId } = await new Given(service).council('E08000028');
  const contacts = CONTACT_PURPOSES.map((purpose) => ({
    purpose,
    name: `The ${purpose}`,
    email: `${purpose}@council.example`,
  }));
  ({ id: challenge } = await service.done<{ id: string }>('adviser', 'post', '/api/challenges', {
    councilId,
    kind: 'finance',
    windows: [{ start: '2027-06-08', days: 3 }],
    contacts,
  }));
}, 60_000);
afterAll(() => service.stop());

const admitted = async (email: string): Promise<string | null> =>
  (await service.app.get(SignInCodes).admit(email))?.role ?? null;

describe('somebody whom a council has named', () => {
  it.each(CONTACT_PURPOSES.map((purpose) => [purpose, purpose === 'opposition' ? 'approver' : 'council']))(
    'as %s signs in as %s of that council, by the purpose alone',
    async (purpose, role) => {
      expect(await admitted(`${purpose}@council.example`)).toBe(role);
    },
  );

  it('is nobody once nothing of the council is open', async () => {
    await service.source.query(
      `UPDATE challenges SET contacts = '[{"purpose": "leader", "name": "Late", "email": "late@council.example"}]', state = 'cancelled' WHERE id = $1`,
      [challenge],
    );
    expect(await admitted('late@council.example')).toBeNull();
    expect(await admitted('stranger@council.example')).toBeNull();
  });
});

describe('somebody whom a council names by itself', () => {
  it('and who signs in for it already is known, but not as its second approver', async () => {
    const { id: councilId } = await new Given(service).council('E08000032');
    const account = { email: 'mei@bradford.example', name: 'Mei', role: 'council' as const, councilId };
    await service.source.manager.save(Account, account);
    const token = { token: await service.token('council', { councilId }) };
    const [booking, opposition] = (['booking', 'opposition'] as const).map((purpose) => ({
      purpose,
      name: 'Mei',
      email: 'Mei@bradford.example',
    }));
    const windows = [{ start: '2027-09-07', days: 3 }];
    const { contacts } = await service.done<{ contacts: { purpose: string; confirmed: boolean }[] }>(
      token,
      'post',
      '/api/challenges',
      { councilId, kind: 'finance', windows, contacts: [booking, opposition] },
    );
    expect(contacts.map(({ purpose, confirmed }) => [purpose, confirmed])).toEqual([
      ['booking', true],
      ['opposition', false],
    ]);
  });

  it('may not sign in, until the adviser says that they know them; the trail says so', async () => {
    const { id: councilId } = await new Given(service).council('E08000031');
    const council = await signedIn(service, 'council', { councilId });
    const token = { token: await service.token('council', { councilId }) };
    const stranger = { purpose: 'opposition', name: 'A Stranger', email: 'stranger@webmail.example' };
    const { id, contacts } = await service.done<{ id: string; contacts: object[] }>(
      token,
      'post',
      '/api/challenges',
      { councilId, kind: 'finance', windows: [{ start: '2027-09-07', days: 3 }], contacts: [stranger] },
    );
    expect(contacts).toEqual([{ ...stranger, confirmed: false }]);
    expect(await admitted(stranger.email)).toBeNull();
    const adviser = await signedIn(service, 'adviser');
    const { text } = await adviser.get(`/challenges/${id}/scope/contacts`);
    expect(saidOn(text)).toContain('Named by the council, and may not sign in yet.');
    const own = await council.post(`/challenges/${id}/scope/contacts/confirm`, { email: stranger.email });
    expect([own.status, await admitted(stranger.email)]).toEqual([403, null]);
    const shown = await service.send('adviser', 'get', `/api/challenges/${id}`);
    await service.done(
      'adviser',
      'patch',
      `/api/challenges/${id}`,
      { focus: 'debt', contacts: [stranger] },
      { 'If-Match': String(shown.headers.etag) },
    );
    expect(await admitted(stranger.email)).toBeNull();
    await adviser.post(`/challenges/${id}/scope/contacts/confirm`, { email: stranger.email });
    const [letter] = await service.source.query<{ subject: string }[]>(
      'SELECT subject FROM messages WHERE recipient = $1',
      [stranger.email],
    );
    expect(letter?.subject).toMatch(/ – You can now follow your council’s finance peer review$/);
    expect(await admitted(stranger.email)).toBe('approver');
    const trail = await service.done<{ action: string }[]>('admin', 'get', '/api/audit?limit=3');
    expect(trail.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['account.admitted', 'contact.confirmed']),
    );
  });
});

describe('what a contact is for', () => {
  it('comes from the list, and goes out as it came in', async () => {
    const given = new Given(service);
    const { id: councilId } = await given.council('E08000029');
    const contact = { purpose: 'opposition', name: 'Cllr Gray', email: 'gray@council.example' };
    const { id } = await service.done<{ id: string; contacts: object[] }>(
      'adviser',
      'post',
      '/api/challenges',
      {
        councilId,
        kind: 'finance',
        windows: [{ start: '2027-06-15', days: 3 }],
        contacts: [contact],
      },
    );
    const seen = await service.done<{ contacts: object[] }>('adviser', 'get', `/api/challenges/${id}`);
    expect(seen.contacts).toEqual([{ ...contact, confirmed: true }]);
    const refused = await service.send('adviser', 'post', '/api/challenges', {
      councilId,
      kind: 'finance',
      windows: [{ start: '2027-07-13', days: 3 }],
      contacts: [{ ...contact, purpose: 'Leader of the opposition' }],
    });
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('/contacts/0/purpose');
  });
});
