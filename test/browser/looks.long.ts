import type { Browser } from 'playwright-core';
import { chromiumPath, DESK, openBrowser, Person, PHONE } from '../support/browser.js';
import { looksFaults, wordFaults } from '../support/looks.js';
import { sortOf } from '../support/page-sorts.js';
import { examplePeer } from '../support/people.js';
import { Service } from '../support/service.js';

const withBrowser = chromiumPath ? describe : describe.skip;
const TABLET = { width: 768, height: 1024 };
/** What moves by itself while a page loads, of the whole of its window. */
const MOST_SHIFT = 0.01;

withBrowser('every page that links lead to', () => {
  let service: Service;
  let browser: Browser;

  beforeAll(async () => {
    service = await Service.start({ example: true });
    browser = await openBrowser();
  }, 300_000);
  afterAll(async () => {
    await browser.close();
    await service.stop();
  });

  /** What is wrong with the page that is open, at each width. */
  async function faultsOf({ page }: Person): Promise<string[]> {
    const faults: string[] = [];
    const shift = await page.evaluate(() => (globalThis as unknown as { shift: number }).shift);
    if (shift > MOST_SHIFT) faults.push(`moves by ${shift.toFixed(3)} while it loads`);
    for (const size of [PHONE, TABLET, DESK]) {
      await page.setViewportSize(size);
      const found = await page.evaluate(looksFaults);
      faults.push(...found.map((fault) => `at ${String(size.width)}: ${fault}`));
    }
    return [...faults, ...wordFaults(await wordsOf(page))];
  }

  const wordsOf = (page: Person['page']): Promise<string> =>
    page.evaluate(() => {
      for (const code of document.querySelectorAll('code, pre')) code.remove();
      return document.body.innerText;
    });

  /** Pages that look otherwise by what they are about, so that one of a sort is not enough. */
  async function variants(): Promise<Record<string, string[]>> {
    const ids = async (sql: string): Promise<string[]> =>
      (await service.source.query<{ id: string }[]>(sql)).map(({ id }) => id);
    const [enquiry] = await ids(`SELECT id FROM challenges WHERE state = 'enquiry' ORDER BY id LIMIT 1`);
    const [inviting] = await ids(`SELECT id FROM challenges WHERE state = 'inviting' ORDER BY id LIMIT 1`);
    const [open] = await ids(
      `SELECT id FROM proposals WHERE state = 'proposed' AND jsonb_exists(seats, 'lead-member') ORDER BY id LIMIT 1`,
    );
    const eachState = await ids('SELECT DISTINCT ON (state) id FROM challenges ORDER BY state, id');
    const parts = ['', '/focus', '/hosts', '/windows', '/contacts', '/seats/new'];
    return {
      'Usha Patel': [
        ...eachState.map((id) => `/challenges/${id}`),
        ...parts.map((part) => `/challenges/${enquiry ?? ''}/scope${part}`),
        ...['invitations', 'leave'].map((part) => `/challenges/${inviting ?? ''}/${part}`),
        ...['', '/seats/lead-member', '/agree'].map((part) => `/proposals/${open ?? ''}${part}`),
        '/challenges?state=reporting&sort=council',
        '/peers?skill=finance&level=4',
        '/search?q=exeter',
      ],
    };
  }

  it('has one font, room for its words, one heading and a title of its own, and speaks English, for every role', async () => {
    const seen = new Set<string>();
    const faults: Record<string, string[]> = {};
    const seeds = await variants();
    const names = [
      'Mei Chapman',
      await examplePeer(service.source),
      'Owen Pearce',
      'Graham Lloyd',
      'Carys Webb',
      'Daniel Quinn',
      'Usha Patel',
      'Ben Marsh',
    ];
    for (const name of names) {
      const person = await Person.at(browser, service.settings.ADDRESS, name.replaceAll(' ', '-'), {
        size: PHONE,
      });
      await person.page.addInitScript(() => {
        const measured = globalThis as unknown as { shift: number };
        measured.shift = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries())
            measured.shift += (entry as unknown as { value: number }).value;
        }).observe({ type: 'layout-shift', buffered: true });
      });
      await person.be(name);
      const titles = new Map<string, string>();
      const queue = ['/', ...(seeds[name] ?? [])];
      const always = new Set(queue);
      for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
        const sort = /^\/(?:$|\?)/.test(path) ? `/ ${name}` : sortOf(path);
        if (seen.has(sort) && !always.delete(path)) continue;
        seen.add(sort);
        await person.page.setViewportSize(PHONE);
        // What is saved as a file is no page.
        const answer = await person.page.goto(path).catch(() => null);
        if (!answer?.headers()['content-type']?.startsWith('text/html')) continue;
        if (answer.status() >= 400) faults[`${path} as ${name}`] = [`answers ${String(answer.status())}`];
        await person.look();
        const found = await faultsOf(person);
        const title = await person.page.title();
        // One start page leads to another page.
        const at = sortOf(new URL(person.page.url()).pathname);
        const other = titles.get(title) ?? at;
        if (other !== at) found.push(`has the title of ${other}: ${title}`);
        titles.set(title, at);
        if (found.length > 0) faults[`${path} as ${name}`] = found;
        const links = await person.page.$$eval('a[href^="/"]', (all) =>
          all.map((link) => link.getAttribute('href') ?? ''),
        );
        queue.push(...links.filter((link) => !link.startsWith('//')));
      }
      await person.close();
    }
    expect(seen.size).toBeGreaterThan(100);
    expect(faults).toEqual({});
  }, 300_000);
});

withBrowser('what is looked for', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  it.each<[string, string, RegExp | null]>([
    ['nothing', '<h1>A</h1><p>Fine</p>', null],
    ['no heading', '<p>A</p>', /0 first headings/],
    ['two headings', '<h1>A</h1><h1>B</h1>', /2 first headings/],
    ['a second font', '<h1>A</h1><p style="font-family: monospace">B</p>', /several fonts/],
    ['too much width', '<h1>A</h1><div style="width: 2000px">B</div>', /it is 20\d\d px wide/],
    [
      'words that are cut off',
      '<h1>A</h1><div style="width: 40px; overflow: hidden; white-space: nowrap">A long line of words</div>',
      /is cut off/,
    ],
    [
      'a word that is broken',
      '<h1>A</h1><p style="width: 20px; overflow-wrap: anywhere">Figures</p>',
      /is broken/,
    ],
    [
      'words over words',
      '<h1>A</h1><p>Some words here</p><p style="margin-top: -45px">Others upon them</p>',
      /lies over/,
    ],
    [
      'words for screen readers alone',
      '<h1>A</h1><p>Some words</p><p style="position: absolute; clip-path: inset(50%)">Others</p>',
      null,
    ],
    [
      'what is folded away',
      '<h1>A</h1><details><summary>B</summary><p style="width: 3000px">C</p></details>',
      null,
    ],
  ])('is found: %s', async (_, html, fault) => {
    const page = await browser.newPage({ viewport: PHONE });
    await page.setContent(`<body style="font-family: sans-serif">${html}</body>`);
    const found = await page.evaluate(looksFaults);
    if (fault === null) expect(found).toEqual([]);
    else expect(found).toEqual([expect.stringMatching(fault)]);
    await page.close();
  });
});

describe('words', () => {
  it.each([
    ['since 2027-06-08', 'a day as machines write it'],
    ['of 664d89d1-0000-4000-8000-000000000000', 'an id'],
    ['Telephone: undefined', 'a value that is none'],
    ['It is team_agreed.', 'a raw state'],
    ['See firstDay', 'a name of code'],
    ['Thank you..', 'two full stops'],
    ['; ,', 'two full stops'],
    ['with 1 challenges', 'one of several'],
    ['40 km away', 'kilometres'],
  ])('are found: %s', (words, what) => {
    expect(wordFaults(words)).toEqual([expect.stringContaining(`it says ${what}`)]);
  });

  it.each([
    'Tuesday 8 June 2027, 1 of 4 said yes … and so on',
    'See https://council.example/a_b/2027-06-08 or write to jane_doe@council.example.',
    'Option 1 is there; 21 challenges, £1 less',
  ])('are no fault: %s', (words) => {
    expect(wordFaults(words)).toEqual([]);
  });
});
