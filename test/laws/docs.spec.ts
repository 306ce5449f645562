import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = new URL('../../..', import.meta.url).pathname;
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'].concat(
  readdirSync(join(ROOT, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
);
const links = pages.flatMap((page) =>
  [...read(page).matchAll(/\[([^\]]*)\]\(([^)]+)\)/g)]
    .map(([, text = '', to = '']) => ({ page, text, to: to.split('#')[0] ?? '' }))
    .filter(({ to }) => to !== '' && !/^https?:/.test(to)),
);

describe('the documents', () => {
  it('lead only to files that are there', () => {
    expect(links.length).toBeGreaterThan(30);
    expect(links.filter(({ page, to }) => !existsSync(join(ROOT, dirname(page), to)))).toEqual([]);
  });

  it('name in each file that they lead to what is written there', () => {
    const named = links.filter(({ text }) => /^`[^`]+`$/.test(text));
    expect(named.length).toBeGreaterThan(20);
    const gone = named.filter(
      ({ page, text, to }) =>
        /\.(ts|js|mjs)$/.test(to) && !read(join(dirname(page), to)).includes(text.replaceAll('`', '')),
    );
    expect(gone).toEqual([]);
  });

  it('answer where each of thirty rules is', () => {
    const questions = read('docs/architecture.md')
      .split('\n')
      .filter((line) => /^\| … .*\?\s*\|/.test(line));
    expect(questions).toHaveLength(30);
    for (const line of questions) expect(line).toMatch(/\]\(\.\.\/(src|test)\//);
  });

  it('name folders of the tree that are there', () => {
    const folders = [...read('docs/architecture.md').matchAll(/^\| ((?:`[a-z]+` ?)+)\|/gm)].flatMap(
      ([, cell = '']) => [...cell.matchAll(/`([a-z]+)`/g)].map(([, name = '']) => name),
    );
    const there = readdirSync(join(ROOT, 'src'), { withFileTypes: true })
      .filter((one) => one.isDirectory())
      .map(({ name }) => name);
    expect([...folders].sort()).toEqual(there.sort());
  });
});

describe('the page on the API', () => {
  it('lists every type of problem that there is, and no other', () => {
    const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    );
    const written = files.flatMap((file) => {
      const source = read(join('src', file));
      const thrown = [...source.matchAll(/(?:new Problem\(\s*\d+,|conflict\()\s*'([a-z-]+)'/g)];
      const refused = file.endsWith('.module.ts')
        ? [...source.matchAll(/\[\s*'([a-z-]+)',\s*['"`][A-Z]/g)]
        : [];
      return [...thrown, ...refused].map(([, type]) => type);
    });
    const listed = read('docs/api.md')
      .split('\n')
      .filter((line) => /^\| \d{3}/.test(line))
      .flatMap((line) => [...(line.split('|')[2] ?? '').matchAll(/`([a-z-]+)`/g)].map(([, type]) => type));
    expect([...new Set(listed)].sort()).toEqual(
      [...new Set([...written, 'bad-request', 'prove-again'])].sort(),
    );
  });
});
