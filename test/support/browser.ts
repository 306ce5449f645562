import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { STYLES } from '../../src/web/views.js';
import { chromium, type Browser, type BrowserContext, type Locator, type Page } from 'playwright-core';

const KNOWN = [
  process.env.CHROMIUM ?? '',
  // The same engine without windows, for half the work.
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** A Chromium or Chrome of this machine; continuous integration always has one. */
export const chromiumPath = KNOWN.find((path) => path !== '' && existsSync(path));

if (!chromiumPath)
  console.warn('\nNO BROWSER TESTS: no Chromium or Chrome was found. Install one, or name it by CHROMIUM.\n');

/** Where pictures of the pages that browser tests open are kept, when somebody wants some: `PICTURES=yes npm test -- test/browser`. */
const PICTURES = process.env.PICTURES ? new URL('../../../artefacts/pages/', import.meta.url).pathname : null;
if (PICTURES) mkdirSync(PICTURES, { recursive: true });

export const PHONE = { width: 360, height: 740 };
export const DESK = { width: 1280, height: 900 };

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath ?? '',
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--disable-software-rasterizer'],
  });
}

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/**
 * Places without fault, and the kinds of elements seen on them, in all files of a run: a page is looked at again only for an element that
 * was on none before.
 */
class Examined {
  private readonly path = join(process.env.TEST_FOLDER ?? '', 'examined');
  private known = new Set<string>();

  hasAll(all: string[]): boolean {
    const isKnown = (): boolean => all.every((one) => this.known.has(one));
    if (!isKnown() && existsSync(this.path))
      this.known = new Set(
        readFileSync(this.path, 'utf8')
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line) as string),
      );
    return isKnown();
  }

  add(all: string[]): void {
    const fresh = all.filter((one) => !this.known.has(one));
    appendFileSync(this.path, fresh.map((one) => `${JSON.stringify(one)}\n`).join(''));
    for (const one of fresh) this.known.add(one);
  }
}
const examined = new Examined();

/** The kinds of elements that a page is made of, with what their looks and roles depend on: without words, order and number. */
function elementsOf(html: string): string[] {
  const tags = (html.match(/<[^>]+>/g) ?? [])
    .map((tag) =>
      tag.replace(
        /(href|action|value|content|id|for|name|aria-labelledby|aria-describedby|src)="[^"]*"/g,
        '$1',
      ),
    )
    // What the script adds to elements that are there without it.
    .map((tag) =>
      tag
        .replace(/<body[^>]*>/, '<body>')
        .replace(/ (?:data-[a-z-]+|hidden|aria-expanded|aria-controls)(?:="[^"]*")?/g, ''),
    );
  return [...new Set(tags)];
}

/** The words of the first element of a kind, as a browser writes them. */
const textOf = (element: string, html: string): string =>
  (new RegExp(`<${element}[ >][^]*?</${element}>`).exec(html)?.[0] ?? '')
    .replace(/<[^>]+>/g, '')
    .replace(/\s+/g, ' ')
    .trim();

/** The address of a page without what it is about. */
const placeOf = (url: string): string =>
  new URL(url).pathname.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|\/[A-Za-z0-9_-]{43}(?=\/|$)/g, ':id');

/** The same page for the examiner: it may load nothing from us, so that the styles are put into it. */
const withStyles = (html: string): string =>
  html
    .replace(/<script[^]*?<\/script>/g, '')
    .replace(/<link rel="stylesheet"[^>]*>/, () => `<style>${STYLES.content.toString()}</style>`);

/**
 * A page in which axe stays, and into which each page that is looked at is written: to load axe takes longer than most of its rules, and it
 * needs script, even to look at a page that has none.
 */
class Examiner {
  private constructor(private readonly page: Page) {}

  static async at(browser: Browser, size: typeof PHONE): Promise<Examiner> {
    const context = await browser.newContext({ viewport: size, bypassCSP: true });
    const page = await context.newPage();
    await page.evaluate(axe.source);
    return new Examiner(page);
  }

  /** Faults of a page, each with the first element that has it. */
  async violations(html: string): Promise<{ id: string; element: string }[]> {
    await this.page.setContent(withStyles(html));
    return this.page.evaluate(async (tags) => {
      // Long tables and lists repeat one row: the first few stand for the rest.
      const exclude = [['tbody > tr:nth-child(n+5)'], ['ul > li:nth-child(n+8)']];
      const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(
        { exclude },
        { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] },
      );
      return violations.map(({ id, nodes }) => ({ id, element: nodes[0]?.html ?? '' }));
    }, RULES);
  }

  close(): Promise<void> {
    return this.page.context().close();
  }
}

/** Somebody with a browser: what they see is looked at, page for page. */
export class Person {
  private shots = 0;
  /** Pages that came up, and what was pressed, chosen or filled in, since they were last counted. */
  private counted = { pages: 0, taps: 0 };
  private last = '';
  /** What was wrong with pages that were looked at. */
  readonly faults: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
    private readonly name: string,
    private readonly address: string,
    private readonly examiner: Examiner,
    private readonly hasScript: boolean,
  ) {
    page.on('framenavigated', (frame) => {
      // A page that looks again by itself, or is looked at again, is one page.
      if (frame !== page.mainFrame() || frame.url() === this.last) return;
      this.last = frame.url();
      this.counted.pages++;
    });
  }

  /** What it took since this was last asked. */
  effort(): { pages: number; taps: number } {
    const { counted } = this;
    this.counted = { pages: 0, taps: 0 };
    return counted;
  }

  static async at(
    browser: Browser,
    address: string,
    name: string,
    options: { script?: boolean; size?: typeof PHONE } = {},
  ): Promise<Person> {
    const { script = true, size = DESK } = options;
    const context = await browser.newContext({
      viewport: size,
      javaScriptEnabled: script,
      baseURL: address,
    });
    context.setDefaultTimeout(8_000);
    const examiner = await Examiner.at(browser, size);
    return new Person(await context.newPage(), context, name, address, examiner, script);
  }

  /** Throws for every fault of a page that was seen. */
  async close(): Promise<void> {
    await this.context.close();
    await this.examiner.close();
    expect(this.faults).toEqual([]);
  }

  async open(path: string): Promise<void> {
    await this.page.goto(path);
    await this.look();
  }

  /** Follows a link or presses a button by its words. */
  async press(words: string | RegExp, nth = 0): Promise<void> {
    const target = this.page
      .getByRole('button', { name: words })
      .or(this.page.getByRole('link', { name: words }));
    this.counted.taps++;
    await target.nth(nth).click();
    await this.page.waitForLoadState('load');
    await this.look();
  }

  async choose(words: string | RegExp): Promise<void> {
    await this.tick(this.page.getByLabel(words));
  }

  async fill(label: string | RegExp, text: string): Promise<void> {
    this.counted.taps++;
    await this.page.getByLabel(label).fill(text);
  }

  /** Chooses one of what a page offers. */
  async tick(choice: Locator): Promise<void> {
    this.counted.taps++;
    await choice.check();
  }

  /** Unfolds something. */
  async unfold(summary: Locator): Promise<void> {
    this.counted.taps++;
    await summary.click();
  }

  heading(): Promise<string> {
    return this.page.getByRole('heading', { level: 1 }).innerText();
  }

  text(): Promise<string> {
    return this.page.locator('main').innerText();
  }

  /** Signs in as an example user with one click. */
  async be(name: string): Promise<void> {
    await this.open('/example-users');
    await this.press(`Be ${name}`);
  }

  /** Looks at a page; one that goes on by itself meanwhile, as progress does, is left for the next. */
  async look(): Promise<void> {
    await this.examine().catch(async (error: unknown) => {
      if (!/context was destroyed|is navigating|reading 'run'/i.test(String(error))) throw error;
      await this.page.waitForLoadState('load');
      await this.look();
    });
  }

  /** Looks for faults of accessibility, sideways scrolling, and titles that do not say where one is; keeps a picture. */
  private async examine(): Promise<void> {
    const { page, examiner, hasScript } = this;
    // All that is asked of the page is read from one copy of it: each question to the browser takes its time.
    const content = await page.content();
    const [heading, title] = [textOf('h1', content), textOf('title', content)];
    const where = `${heading} (${new URL(page.url()).pathname})`;
    const hasErrors = /class="govuk-error-summary["\s]/.test(content);
    if (!title.endsWith(' – Critical Friend') || title.startsWith('Error: ') !== hasErrors)
      this.faults.push(`${where}: title "${title}"`);
    const seen = [placeOf(page.url()), ...elementsOf(content)];
    if (!examined.hasAll(seen)) {
      for (const { id, element } of await examiner.violations(content))
        this.faults.push(`${where}: ${id}: ${element}`);
      if (this.faults.length === 0) examined.add(seen);
      // Without script the pages look the same: one picture is enough.
      if (hasScript) await this.picture(heading);
    }
    await this.requireFit(where);
  }

  /** The same page at another size: it must fit there too. */
  async resize(size: typeof PHONE): Promise<void> {
    await this.page.setViewportSize(size);
    const heading = await this.heading();
    await this.requireFit(`${heading} at ${String(size.width)}`);
    await this.picture(`${heading} ${String(size.width)}`, false);
  }

  private async requireFit(where: string): Promise<void> {
    const over = await this.page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    if (over !== 0) this.faults.push(`${where}: ${String(over)} px too wide`);
  }

  private async picture(heading: string, fullPage = true): Promise<void> {
    if (!PICTURES) return;
    const slug = heading
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, 50);
    this.shots++;
    const path = `${PICTURES}${this.name}-${String(this.shots).padStart(2, '0')}-${slug}.jpg`;
    await this.page.screenshot({ path, type: 'jpeg', quality: 60, fullPage });
  }

  /** The address of a path. */
  at(path: string): string {
    return `${this.address}${path}`;
  }
}
