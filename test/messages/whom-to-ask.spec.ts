import { Account } from '../../src/people/account.entity.js';
import { Peer } from '../../src/peers/peer.entity.js';
import { readerAt } from '../../src/messages/letter.js';
import { Message } from '../../src/messages/message.entity.js';
import { whomToAsk } from '../../src/messages/whom-to-ask.js';
import { Given } from '../support/given.js';
import { PageSession } from '../support/page-session.js';
import { saidOn, signedIn } from '../support/people.js';
import { Service } from '../support/service.js';

const EXETER = 'E07000041';
let service: Service;
let given: Given;
let own: Account;
let deputy: Account;
let challenge: string;

const adviser = (name: string, region: string | null, telephone: string | null): Promise<Account> =>
  service.source.manager.save(Account, {
    email: `${name.toLowerCase()}@lga.example`,
    name,
    role: 'adviser' as const,
    region,
    telephone,
  });
const asked = async (): Promise<string[]> =>
  (await whomToAsk(service.source.manager, challenge, service.db.today())).map(
    ({ role, name, telephone, standsInFor }) =>
      `${role} ${name} ${telephone ?? ''}${standsInFor === null ? '' : `for ${standsInFor}`}`,
  );

beforeAll(async () => {
  service = await Service.start({ worker: false });
  given = new Given(service);
  deputy = await adviser('Dinah', null, null);
  own = await adviser('Owen', 'South West', '0117 496 0123');
  const { id: councilId } = await given.council(EXETER);
  await service.source.manager.save(Account, {
    email: 'mei@council.example',
    name: 'Mei Chapman',
    role: 'council' as const,
    councilId,
  });
  challenge = (await given.scoped(EXETER)).id;
}, 60_000);
afterAll(() => service.stop());

describe('whom those of a challenge ask', () => {
  it('is the adviser of its region, their deputy while they are away, and the manager where it has one', async () => {
    expect(await asked()).toEqual(['Principal adviser Owen 0117 496 0123']);
    const today = service.db.today();
    await service.source.manager.update(Account, { id: own.id }, { awayFrom: today, awayTo: today });
    // Nobody stands in for them: better somebody away than nobody.
    expect(await asked()).toEqual(['Principal adviser Owen 0117 496 0123']);
    await service.source.manager.update(Account, { id: own.id }, { deputyId: deputy.id });
    expect(await asked()).toEqual(['Principal adviser Dinah for Owen']);
    await service.source.manager.update(Account, { id: own.id }, { awayFrom: null, awayTo: null });
    const manager = await service.source.manager.save(Account, {
      email: 'mo@lga.example',
      name: 'Mo',
      role: 'manager' as const,
    });
    await service.source.query(
      `INSERT INTO challenge_people (challenge_id, account_id, role) VALUES ($1, $2, 'manager')`,
      [challenge, manager.id],
    );
    expect(await asked()).toEqual(['Principal adviser Owen 0117 496 0123', 'Challenge manager Mo ']);
    await service.source.manager.update(Account, { id: own.id }, { state: 'disabled' });
    expect((await asked())[0]).toBe('Principal adviser Dinah ');
    await service.source.manager.update(Account, { id: own.id }, { state: 'active' });
  });

  it('stands on the pages of its council and not on the board’s', async () => {
    const { id } = await given.council(EXETER);
    const council = await signedIn(service, 'council', { councilId: id });
    for (const page of ['/', `/challenges/${challenge}`])
      expect(saidOn((await council.get(page)).text)).toContain('Owen , principal adviser 0117 496 0123');
    const board = await signedIn(service, 'board');
    expect((await board.get(`/challenges/${challenge}`)).text).not.toContain('0117 496 0123');
  });

  it('signs what goes to council and peers, who answer to them; staff hear from the service', async () => {
    const letters = await service.source.manager.find(Message, {
      where: { about: `challenge:${challenge}` },
    });
    const of = (recipient: string): Message | undefined => letters.find((one) => one.recipient === recipient);
    const toStaff = of('owen@lga.example');
    expect([toStaff?.replyTo, toStaff?.body]).toEqual([
      null,
      expect.stringMatching(/^Dear Owen,\n[^]*\n\nCritical Friend\n$/),
    ]);
    const toCouncil = of('mei@council.example');
    expect([toCouncil?.replyTo, toCouncil?.body]).toEqual([
      'owen@lga.example',
      expect.stringMatching(
        /^Dear Mei Chapman,\n[^]*\n\nOwen\nPrincipal adviser\nTelephone 0117 496 0123\nowen@lga\.example\n$/,
      ),
    ]);
  });

  it('give the number themselves, which has to be one', async () => {
    const page = new PageSession(service.app);
    await service.source.manager.update(Account, { id: own.id }, { example: true });
    await page.be(own.id);
    const wrong = await page.post('/account/telephone', { telephone: 'ring me' });
    expect([wrong.status, saidOn(wrong.text)]).toEqual([
      400,
      expect.stringContaining('Enter a telephone number, such as 020 7946 0123'),
    ]);
    expect(wrong.text).toContain('value="ring me"');
    expect((await page.post('/account/telephone', { telephone: '020 7946 0999 ext 12' })).status).toBe(303);
    expect(await asked()).toContain('Principal adviser Owen 020 7946 0999 ext 12');
    expect((await page.post('/account/telephone', { telephone: '' })).status).toBe(303);
    expect(await asked()).toContain('Principal adviser Owen ');
    const council = await signedIn(service, 'council', { councilId: (await given.council(EXETER)).id });
    expect((await council.get('/account')).text).not.toContain('Your telephone number');
  });

  it('greets nobody by the name of another who has the same address', async () => {
    for (const name of ['Ann Bell', 'Bob Bell']) {
      const { id } = await given.peer({ class: 'member', positions: ['leader'], name });
      await service.source.manager.update(Peer, { id }, { email: 'bell@home.example' });
      expect(await readerAt(service.source.manager, 'Bell@home.example')).toEqual({
        name: name === 'Ann Bell' ? name : null,
        isStaff: false,
      });
    }
  });

  it('greets a contact of the challenge by the name that the council gave', async () => {
    const contacts = [{ purpose: 'leader', name: 'Cllr Nadia Rahman', email: 'leader@council.example' }];
    await service.source.query('UPDATE challenges SET contacts = $2 WHERE id = $1', [
      challenge,
      JSON.stringify(contacts),
    ]);
    const { manager } = service.source;
    expect((await readerAt(manager, 'leader@council.example', challenge)).name).toBe('Cllr Nadia Rahman');
    expect((await readerAt(manager, 'leader@council.example')).name).toBeNull();
  });
});
