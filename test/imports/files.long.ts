import { Account } from '../../src/people/account.entity.js';
import { bring } from '../support/importing.js';
import { PageSession } from '../support/page-session.js';
import { Service } from '../support/service.js';

let service: Service;
let office: PageSession;

beforeAll(async () => {
  service = await Service.start({ example: true });
  const { id } = await service.source.manager.save(Account, {
    email: 'office@files.example',
    name: 'Office',
    role: 'programme',
    example: true,
  });
  office = await new PageSession(service.app).be(id);
}, 90_000);
afterAll(() => service.stop());

const FILES = {
  peers: '/peers/export.csv',
  availability: '/imports/availability.csv',
  councils: '/imports/councils.csv',
  challenges: '/challenges.csv',
  offers: '/offers.csv',
  campaigns: '/campaigns.csv',
  applications: '/recruiting.csv',
  events: '/events/export.csv',
  places: '/events/places.csv',
};
const send = (what: string, content: string | Buffer, step: 'check' | 'import' = 'import') =>
  bring(office, { what, content }, step);
const rowsOf = (csv: string): number => csv.trimEnd().split('\n').length - 1;

describe('a file of the office', () => {
  it.each(Object.entries(FILES))('of %s comes back as it was saved', async (what, path) => {
    const saved = (await office.get(path)).text;
    expect([saved.startsWith('\uFEFF'), rowsOf(saved) > 0]).toEqual([true, true]);
    expect((await send(what, saved)).text).toContain('It would change nothing');
    expect((await office.get(path)).text).toBe(saved);
  });

  it('adds what is new, and names each fault by row and column', async () => {
    const good = {
      offers: 'council,kind,made_on,answer,reason\nE08000028,finance,2026-10-01,declined,not this year\n',
      campaigns:
        'title,positions,skills,wanted,until\nOpposition leaders,opposition-leader,governance 4; finance 2,6,2027-06-30\n',
      applications:
        'name,email,class,positions,skills,council,campaign\nAnn Bell,ann@files.example,officer,s151,finance 4,E08000028,Opposition leaders\n',
      events: 'type,title,held_on,kinds,valid_months\ntraining,Finance reviewers,2026-11-02,finance,24\n',
    };
    for (const [what, content] of Object.entries(good))
      expect([what, (await send(what, content)).text]).toEqual([
        what,
        expect.stringContaining('1 row added'),
      ]);
    const wrong = {
      offers: [
        'council,kind,made_on,answer\nE08000028,singing,2026-13-01,declined\n',
        'row 2, kind',
        'row 2, made_on',
      ],
      campaigns: [
        'title,positions,wanted,until\nX,singer,0,2027-06-30\n',
        'row 2, positions',
        'row 2, wanted',
      ],
      applications: [
        'name,email,class,positions,state\nA,not-an-address,officer,s151,\nB,b@files.example,member,s151,\nC,c@files.example,officer,s151,accredited\n',
        ...['row 2, email', 'row 3, positions', 'row 4, state'],
      ],
      events: ['type,title,held_on\nparty,X,2026-11-02\n', 'row 2, type'],
      places: [
        'title,held_on,email,attended\nNo such event,2026-11-02,x@files.example,maybe\n',
        'row 2, attended',
      ],
    };
    for (const [what, [content = '', ...faults]] of Object.entries(wrong)) {
      const { isRefused, text } = await send(what, content);
      expect([what, isRefused]).toEqual([what, true]);
      for (const fault of faults)
        expect([what, text]).toEqual([what, expect.stringContaining(`R${fault.slice(1)}: `)]);
    }
  });

  it('leaves alone what it has no column for', async () => {
    const less = {
      offers: 'council,kind,made_on,answer\nE08000028,finance,2026-10-01,declined\n',
      campaigns: 'title,positions,wanted,until\nOpposition leaders,opposition-leader,8,2027-06-30\n',
      events: 'type,title,held_on\ntraining,Finance reviewers,2026-11-02\n',
    };
    for (const [what, content] of Object.entries(less)) {
      const changed = what === 'campaigns' ? '1 row changed' : 'It would change nothing';
      expect([what, (await send(what, content)).text]).toEqual([what, expect.stringContaining(changed)]);
    }
    expect((await office.get(FILES.offers)).text).toContain(
      'E08000028,finance,2026-10-01,declined,not this year',
    );
    expect((await office.get(FILES.campaigns)).text).toContain(
      'Opposition leaders,opposition-leader,finance 2; governance 4,,,8,2027-06-30',
    );
    expect((await office.get(FILES.events)).text).toContain(
      'training,Finance reviewers,2026-11-02,,finance,24,0,0',
    );
  });

  it('says who came to an event, which accredits them', async () => {
    const [peer] = await service.source.query<[{ email: string }]>(
      `SELECT email FROM peers WHERE state = 'active' AND email IS NOT NULL AND accreditations = '[]' ORDER BY id LIMIT 1`,
    );
    const file = (email: string) =>
      `title,held_on,email,attended\nFinance reviewers,2026-11-02,${email},yes\n`;
    expect((await send('places', file('nobody@files.example'))).text).toContain(
      'allowed: the address of somebody in the pool',
    );
    expect((await send('places', file(peer.email))).text).toContain('1 row added');
    const [now] = await service.source.query<{ accreditations: object[] }[]>(
      'SELECT accreditations FROM peers WHERE email = $1',
      [peer.email],
    );
    expect(now?.accreditations).toEqual([{ kind: 'finance', expiresOn: '2028-11-02' }]);
  });
});

describe('the faults of a file', () => {
  it('stand before the cells of their rows, and come back in once they are mended', async () => {
    const { page, text } = await send(
      'offers',
      'council,kind,made_on,answer,reason\nE08000028,singing,2026-10-03,maybe,no\nE08000028,finance,2026-10-04,declined,no\nE08000028,finance,2026-10-05,declind,no\n',
    );
    expect(text).toContain('3 faults beside their rows');
    const faults = (await office.get(`${page}/faults.csv`)).text;
    expect(
      faults
        .trim()
        .split('\n')
        .map((line) => line.replace(/allowed: [^";]*/g, '…')),
    ).toEqual(
      [
        'row,fault,council,kind,made_on,answer,reason',
        '2,"kind: found ""singing""; …; answer: found ""maybe""; …",E08000028,singing,2026-10-03,maybe,no',
        '4,"answer: found ""declind""; …; or of open, accepted, declined",E08000028,finance,2026-10-05,declind,no',
      ].map((line) => expect.stringContaining(line.slice(0, 30)) as string),
    );
    const mended = faults
      .replace('E08000028,singing,2026-10-03,maybe', 'E08000028,finance,2026-10-03,open')
      .replace('05,declind', '05,declined');
    expect((await send('offers', mended)).text).toContain('2 rows added');
    const sheet = await office.bytes(`${page}/faults.xlsx`);
    expect([sheet.status, sheet.headers['content-disposition']]).toEqual([
      200,
      'attachment; filename="faults-offers.xlsx"',
    ]);
  });
});

describe('an upload that nobody means well', () => {
  const most = 9_900_000;
  it.each<[string, string | Buffer, string]>([
    ['millions of commas in a line', Buffer.alloc(most, ','), 'line 1 has more than 100,000 characters'],
    ['an open quote', Buffer.alloc(most, '"'), 'line 1 has more than 100,000 characters'],
    [
      'many columns, in lines of some length',
      `${','.repeat(90_000)}\n`.repeat(100),
      'line 1 has more than 5,000 cells',
    ],
    ['millions of rows', 'name\n'.repeat(most / 5), 'Found more than 20000 rows'],
    ['nothing but ends of lines', Buffer.alloc(most, '\n'), 'The file is empty'],
    [
      'an archive',
      Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(1000, 250)]),
      'no Excel workbook',
    ],
    [
      'a picture',
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13]),
      'it holds signs that are not text',
    ],
  ])('is refused at once: %s', async (_, content, words) => {
    const { isRefused, text } = await send('peers', content);
    expect([isRefused, text]).toEqual([true, expect.stringContaining(words)]);
  });

  it('is refused before it is read whole where it is larger than a file may be', async () => {
    expect((await office.upload('/imports', { what: 'peers' }, Buffer.alloc(20_000_000, 'a'))).status).toBe(
      413,
    );
  });
});

describe('a register that says who controls a council now', () => {
  it('records the change once, like one that an adviser writes down', async () => {
    const [council] = await service.source.query<[{ id: string; code: string; asOf: string }]>(
      `SELECT id, code, control_as_of::text AS "asOf" FROM councils WHERE control IS NOT NULL AND control_as_of IS NOT NULL ORDER BY code LIMIT 1`,
    );
    const file = (control: string, asOf: string) =>
      `code,control,leading_group,control_as_of\n${council.code},${control},Green,${asOf}\n`;
    const early = await send('councils', file('Green', '1999-05-07'));
    expect([early.isRefused, early.text.toLowerCase()]).toEqual([
      true,
      expect.stringContaining('row 2, control_as_of'),
    ]);
    // The same file again is no change any more.
    for (let times = 1; times <= 2; times++) {
      expect((await send('councils', file('Green', '2027-05-07'))).text).toContain(
        times === 1 ? '1 row changed' : 'It would change nothing',
      );
      const recorded = await service.source.query<object[]>(
        `SELECT control, leading_group, as_of::text FROM control_changes WHERE council_id = $1 AND as_of = '2027-05-07'`,
        [council.id],
      );
      expect(recorded).toEqual([{ control: 'Green', leading_group: 'Green', as_of: '2027-05-07' }]);
    }
  });
});
