import { Message } from '../../src/messages/message.entity.js';
import { Account } from '../../src/people/account.entity.js';
import { PageSession } from '../support/page-session.js';
import { saidOn, signedIn } from '../support/people.js';
import { Service } from '../support/service.js';

let service: Service;
let adviser: PageSession;
let office: PageSession;

const as = async (role: Account['role']): Promise<PageSession> => {
  const [found] = await service.source.manager.find(Account, {
    where: { role, example: true },
    order: { name: 'DESC' },
  });
  return new PageSession(service.app).be(found?.id ?? '');
};

beforeAll(async () => {
  service = await Service.start({ example: true });
  const national = await service.source.manager.findOneByOrFail(Account, { email: 'adviser@users.example' });
  adviser = await new PageSession(service.app).be(national.id);
  office = await as('programme');
}, 60_000);
afterAll(() => service.stop());

const fieldsOf = (text: string, name: string): string[] =>
  [...text.matchAll(new RegExp(`name="${name}"[^>]*?value="([^"]*)"`, 'g'))].map(([, value = '']) => value);

describe('the tour of the example', () => {
  it('goes through five steps, each as somebody whose work it is, to where that work begins', async () => {
    const stranger = new PageSession(service.app);
    const { text } = await stranger.get('/tour');
    const steps = [
      ...text.matchAll(/<form method="post" action="(\/example-users\/[^"]+)">([^]*?)<\/form>/g),
    ];
    const seen = [];
    for (const [, action = '', form = ''] of steps) {
      const [next = ''] = fieldsOf(form, 'next');
      const { status, headers } = await stranger.post(action, { next });
      expect([status, headers.location]).toEqual([303, next]);
      const page = await stranger.get(next);
      expect(page.status).toBe(200);
      seen.push(/<h1[^>]*>([^<]*)</.exec(page.text)?.[1]?.trim());
    }
    expect(seen).toEqual([
      'Book a peer challenge',
      'Which of these 3 teams, and why?',
      expect.any(String),
      'What needs me today?',
      expect.stringContaining('The programme'),
    ]);
    expect(saidOn(text)).toContain('5. The programme office looks at the year');
  });

  it('leads to pages of the service only', async () => {
    const stranger = new PageSession(service.app);
    const [id = ''] = /(?<=\/example-users\/)[^"]+/.exec((await stranger.get('/tour')).text) ?? [];
    const { headers } = await stranger.post(`/example-users/${id}`, { next: '//elsewhere.example' });
    expect(headers.location).toBe('/');
  });
});

describe('the outbox', () => {
  it('shows every message, page by page, and those of one person, one challenge or one word', async () => {
    const all = await service.source.manager.find(Message);
    const read = async (query: string): Promise<string> =>
      saidOn((await adviser.get(`/outbox${query}`)).text);
    expect(await read('')).toContain(`${String(all.length)} messages.`);
    const [one] = all.filter(({ about }) => about.startsWith('challenge:'));
    if (!one) throw new Error('no message about a challenge');
    const of = (is: (message: Message) => boolean): string => {
      const count = all.filter(is).length;
      return `${String(count)} ${count === 1 ? 'message' : 'messages'}`;
    };
    expect(await read(`?to=${encodeURIComponent(one.recipient)}`)).toContain(
      `${of(({ recipient }) => recipient === one.recipient)} to ${one.recipient}`,
    );
    expect(await read(`?about=${one.about}`)).toContain(`${of(({ about }) => about === one.about)} about `);
    const [word = ''] = one.subject.split(' ');
    expect(await read(`?words=${encodeURIComponent(word.toUpperCase())}`)).toContain(
      of(({ subject, recipient }) => `${subject}\n${recipient}`.toLowerCase().includes(word.toLowerCase())),
    );
    expect(await read('?page=999')).toContain('Page 1');
    expect(await read('?words=nobody-is-called-so')).toContain('0 messages.');
    // What is looked for among the messages of one person stays among them.
    const { text } = await adviser.get(`/outbox?to=${encodeURIComponent(one.recipient)}`);
    expect(fieldsOf(text, 'to')).toEqual([one.recipient]);
    if (all.length > 50) expect(await read('?page=2')).toContain('Page 2');
  });
});

describe('several late steps', () => {
  it('are chosen on the list, seen with who gets a mail, and their owners reminded once a day', async () => {
    const list = (await adviser.get('/deadlines?show=late')).text;
    const chosen = fieldsOf(list, 'late').slice(0, 2);
    expect(chosen).toHaveLength(2);
    const before = await service.source.manager.countBy(Message, { template: 'step-reminder' });
    const query = new URLSearchParams(chosen.map((one) => ['late', one])).toString();
    const look = await adviser.get(`/deadlines/remind?${query}`);
    expect(fieldsOf(look.text, 'late')).toEqual(chosen);
    expect(saidOn(look.text)).toMatch(/goes to \S+@/);
    expect(await service.source.manager.countBy(Message, { template: 'step-reminder' })).toBe(before);

    for (let pressed = 1; pressed <= 2; pressed++) {
      const { status, headers } = await adviser.post('/deadlines/remind', { late: chosen });
      expect(status).toBe(303);
      expect(saidOn((await adviser.get(headers.location as string)).text)).toContain('reminded today');
    }
    const sent = await service.source.manager.findBy(Message, { template: 'step-reminder' });
    const causes = chosen.map((one) => `chase-${one.replace('.', '-')}`);
    for (const cause of causes) {
      const mine = sent.filter((message) => message.cause.startsWith(cause));
      expect(mine.length).toBeGreaterThan(0);
      expect(new Set(mine.map(({ recipient }) => recipient)).size).toBe(mine.length);
    }
  });

  it('are reminded of in an adviser’s own region only, and by staff only', async () => {
    const [key = ''] = fieldsOf((await adviser.get('/deadlines?show=late')).text, 'late').slice(-1);
    const [id = ''] = key.split('.');
    const [host] = await service.source.query<{ region: string }[]>(
      'SELECT h.region FROM challenges c JOIN councils h ON h.id = c.council_id WHERE c.id = $1',
      [id],
    );
    const elsewhere = host?.region === 'South West' ? 'North West' : 'South West';
    const other = await service.source.manager.findOneByOrFail(Account, { region: elsewhere, example: true });
    const stranger = await new PageSession(service.app).be(other.id);
    expect(fieldsOf((await stranger.get(`/deadlines/remind?late=${key}`)).text, 'late')).toEqual([]);
    expect(fieldsOf((await adviser.get(`/deadlines/remind?late=${key}`)).text, 'late')).toEqual([key]);
    const before = await service.source.manager.count(Message);
    await stranger.post('/deadlines/remind', { late: key });
    expect(await service.source.manager.count(Message)).toBe(before);
    await adviser.post('/deadlines/remind', { late: key });
    expect(await service.source.manager.count(Message)).toBeGreaterThan(before);
    const board = await as('board');
    expect((await board.post('/deadlines/remind', { late: key })).status).toBe(403);
    expect((await board.get('/deadlines?show=late')).text).not.toContain('name="late"');
  });

  it('are reminded of though one of them is done meanwhile, and another reaches nobody, which its page says', async () => {
    const owed = fieldsOf((await office.get('/deadlines?show=late')).text, 'late').filter((key) =>
      key.endsWith('.impact'),
    );
    const [done = '', nobody = '', reached = ''] = owed.slice(-3);
    const idOf = (key: string): string => key.split('.')[0] ?? '';
    await service.source.query(`UPDATE challenges SET state = 'closed' WHERE id = $1`, [idOf(done)]);
    await service.source.query(`UPDATE challenges SET contacts = '[]' WHERE id = $1`, [idOf(nobody)]);
    const advisers = await service.source.manager.findBy(Account, { role: 'adviser', state: 'active' });
    for (const { id } of advisers) await service.source.manager.update(Account, id, { state: 'disabled' });

    const before = await service.source.manager.countBy(Message, { template: 'step-reminder' });
    const late = [done, nobody, reached];
    const { status, headers } = await office.post('/deadlines/remind', { late });
    expect(status).toBe(303);
    expect(await service.source.manager.countBy(Message, { template: 'step-reminder' })).toBe(before + 1);
    const page = (await office.get(headers.location as string)).text;
    expect(saidOn(page)).toMatch(/nobody: no address is known.*reminded today/);
    expect(page).not.toContain('name="late"');
    const alone = await office.post(`/challenges/${idOf(nobody)}/steps/impact`, { step: 'chase' });
    expect([alone.status, saidOn(alone.text).includes('tell them another way')]).toEqual([409, true]);
    for (const { id } of advisers) await service.source.manager.update(Account, id, { state: 'active' });
  });

  it('ask whom, where nobody is chosen', async () => {
    const { status, text } = await adviser.post('/deadlines/remind', {});
    expect(status).toBe(400);
    expect(saidOn(text)).toContain('Choose whom to remind');
  });
});

describe('a council that is late', () => {
  it('sees it as its own turn, with how it is done, and is not asked to chase itself', async () => {
    const keys = fieldsOf((await adviser.get('/deadlines?show=late')).text, 'late');
    const [id = ''] = (keys.find((key) => key.endsWith('.impact')) ?? '').split('.');
    const [late] = await service.source.query<{ council: string }[]>(
      `SELECT council_id AS council FROM challenges WHERE id = $1`,
      [id],
    );
    const council = await signedIn(service, 'council', { councilId: late?.council ?? null });
    const { text } = await council.get('/');
    const [, turn = ''] = /Your turn<\/h2>([^]*?)<h2/.exec(text) ?? [];
    expect(saidOn(turn)).toContain('The council’s answer on what the challenge changed: due');
    expect(turn).toContain(`href="/challenges/${id}/steps/impact"`);
    expect(text).not.toContain('Chase');
    expect(saidOn((await council.get(`/challenges/${id}/steps/impact`)).text)).toContain(
      'answers two short questions, by the link',
    );
  });
});

describe('what somebody worked on last', () => {
  it('stands on their start page and where they search, the last first, and on nobody else’s', async () => {
    const manager = await as('manager');
    expect((await manager.get('/search')).text).not.toContain('What you worked on last');
    const keys = fieldsOf((await manager.get('/deadlines?show=late')).text, 'late').slice(2, 4);
    for (const late of keys) await manager.post('/deadlines/remind', { late });
    const links = keys.map((key) => `href="/challenges/${key.split('.')[0] ?? ''}"`).reverse();
    for (const path of ['/search', '/']) {
      const { text } = await manager.get(path);
      const [, list = ''] = /What you worked on last<\/h2>([^]*?)<\/ul>/.exec(text) ?? [];
      expect(list.match(/href="[^"]*"/g)).toEqual([...new Set(links)]);
    }
    expect((await (await as('admin')).get('/search')).text).not.toContain('What you worked on last');
  });

  it('is what they may still see: whoever answers for another region now sees nothing of the one before', async () => {
    const account = await service.source.manager.findOneByOrFail(Account, {
      region: 'South West',
      example: true,
    });
    const owen = await new PageSession(service.app).be(account.id);
    const [late = ''] = fieldsOf((await owen.get('/deadlines?show=late')).text, 'late');
    await owen.post('/deadlines/remind', { late });
    expect((await owen.get('/search')).text).toContain('What you worked on last');
    await service.source.manager.update(Account, account.id, { region: 'North West' });
    expect((await owen.get('/search')).text).not.toContain('What you worked on last');
    await service.source.manager.update(Account, account.id, { region: 'South West' });
  });
});

describe('the words around messages', () => {
  it('are changed by the office with a reason, show at once in the examples, and go out with the next message', async () => {
    const page = await office.get('/message-examples');
    const [version = ''] = fieldsOf(page.text, 'version');
    const words = {
      greeting: 'Good day {name},',
      greetingOfAll: 'Good day,',
      closing: 'With kind regards',
      office: 'The challenge desk\nExample association',
    };
    const form = { version, ...words, reason: 'as the association writes' };
    expect((await office.post('/message-examples', { ...form, greeting: 'Good day' })).status).toBe(400);
    expect((await office.post('/message-examples', form)).status).toBe(303);
    const after = (await office.get('/message-examples')).text;
    expect(after).toContain('Good day Kim Reid,');
    expect(after).toMatch(/With kind regards\s+Olu Grant/);
    // Whoever had the page open meanwhile sees what it says now, beside what they typed.
    const stale = await office.post('/message-examples', { ...form, closing: 'Yours' });
    expect([stale.status, saidOn(stale.text).includes('It says now: With kind regards')]).toEqual([
      412,
      true,
    ]);

    const keys = fieldsOf((await adviser.get('/deadlines?show=late')).text, 'late');
    for (const late of keys) await adviser.post('/deadlines/remind', { late });
    const sent = await service.source.manager.find(Message, { order: { createdAt: 'DESC' }, take: 1 });
    expect(sent[0]?.body).toMatch(/^Good day/);
    expect((await (await as('manager')).get('/message-examples')).status).toBe(403);
  });

  it('has a paragraph of the office’s own at the end of a kind of message, and of no other', async () => {
    const add = async (facts: object): ReturnType<PageSession['post']> => {
      const [version = ''] = fieldsOf((await office.get('/message-examples')).text, 'version');
      const form = { version, message: 'account-made', reason: 'a new guide', ...facts };
      return office.post('/message-examples/added', form);
    };
    const own = 'Our guide <b>for hosts</b> is on the website.';
    expect((await add({ added: own, message: 'sign-in-code' })).status).toBe(400);
    expect((await add({ added: 'x'.repeat(1001) })).status).toBe(400);
    expect((await add({ added: own })).status).toBe(303);
    const mail = async (email: string): Promise<string | null | undefined> => {
      const form = { email, name: 'Bea Board', role: 'council', council: 'E07000041' };
      expect((await office.post('/accounts/new', form)).status).toBe(303);
      return (await service.source.manager.findOneBy(Message, { recipient: email }))?.body;
    };
    expect(await mail('with@own.example')).toMatch(
      /\n\nOur guide <b>for hosts<\/b> is on the website\.\n\nWith kind regards/,
    );
    const { text } = await office.get('/message-examples');
    // In the list of such paragraphs, and in the example.
    expect(text.split('Our guide &lt;b&gt;for hosts&lt;/b&gt; is on the website.')).toHaveLength(3);
    const filled = await add({ added: 'Dear {name}, look at our guide.' });
    expect([filled.status, saidOn(filled.text)]).toEqual([
      400,
      expect.stringContaining('A paragraph goes out as it is typed: nothing in { } is filled in'),
    ]);
    // What stands around messages is changed without losing it, and it goes when it is emptied.
    const [version = ''] = fieldsOf(text, 'version');
    const around = {
      version,
      greeting: 'Hi {name},',
      greetingOfAll: 'Hi,',
      closing: '',
      office: 'The desk',
      reason: 'x',
    };
    expect((await office.post('/message-examples', around)).status).toBe(303);
    expect((await office.get('/message-examples')).text).toContain('is on the website.');
    expect((await add({ added: '' })).status).toBe(303);
    expect(await mail('without@own.example')).not.toContain('Our guide');
    expect((await office.get('/message-examples')).text).not.toContain('is on the website.');
  });
});
