import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';

const SRC = new URL('../../../src', import.meta.url).pathname;

/** Each imports only what stands above it; files at the top of src, and what starts the service, compose and import anything. */
const ORDER = [
  'calendar',
  'english',
  'matching',
  'database',
  'web',
  'jobs',
  'messages',
  'people',
  'reference',
  'kinds',
  'councils',
  'peers',
  'recruiting',
  'challenges',
  'reorganisation',
  'proposals',
  'invitations',
  'visits',
  'outcomes',
  'history',
  'programme',
  'chains',
  'erasure',
  'doubles',
  'overview',
  'imports',
  'operations',
  'example',
];

/** What composes too: the command line, and trying out on one machine. */
const COMPOSING = ['trial', 'commands'];

/** Plain files at the top that anybody may read. */
const COMMON = ['settings.js', 'feature.js'];

interface Import {
  from: string;
  to: string;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const imports = files.flatMap((from) =>
  ts.preProcessFile(readFileSync(join(SRC, from), 'utf8')).importedFiles.map(({ fileName }): Import => ({
    from,
    to: fileName.startsWith('.') ? normalize(join(dirname(from), fileName)) : fileName,
  })),
);
const folderOf = (file: string): string | undefined => (file.includes('/') ? file.split('/')[0] : undefined);

describe('imports', () => {
  it('run from later folders to earlier ones', () => {
    const wrong = imports.filter(({ from, to }) => {
      const [here, there] = [
        folderOf(from),
        to.startsWith('.') || /^[a-z@-]+(\/|$)/.test(to) ? folderOf(to) : undefined,
      ];
      if (here === undefined || here === there || COMPOSING.includes(here)) return false;
      if (files.includes(to.replace(/\.js$/, '.ts')) && there === undefined) return !COMMON.includes(to);
      return there !== undefined && ORDER.includes(there) && ORDER.indexOf(there) > ORDER.indexOf(here);
    });
    expect(wrong).toEqual([]);
  });

  it('name every folder in the order', () => {
    expect([...new Set(files.map(folderOf).filter((folder) => folder !== undefined))].sort()).toEqual(
      [...ORDER, ...COMPOSING].sort(),
    );
  });

  it('reach another feature through its module, never through its controllers and views', () => {
    const kind = /\.(api|pages)\.js$/;
    const wrong = imports.filter(({ from, to }) => kind.test(to) && folderOf(from) !== folderOf(to));
    expect(wrong).toEqual([]);
    const views = files.flatMap((file) =>
      [
        ...readFileSync(join(SRC, file), 'utf8').matchAll(/'([a-z]+)\/(?:[a-z]+\/)?views\/[a-z-]+\.njk'/g),
      ].map(([view, owner]) => ({ file, view, owner })),
    );
    expect(views.length).toBeGreaterThan(80);
    expect(views.filter(({ file, owner }) => owner !== 'web' && folderOf(file) !== owner)).toEqual([]);
  });

  it('leave the engine and the calendar pure', () => {
    const outside = imports.filter(
      ({ from, to }) =>
        /^(matching|calendar|english)\//.test(from) && !/^(matching|calendar|english)\//.test(to),
    );
    // One file talks to the solver of linear programmes, one to the second core.
    expect(outside.map(({ from, to }) => `${from} ${to}`).sort()).toEqual([
      'matching/year/second-core.ts node:events',
      'matching/year/second-core.ts node:worker_threads',
      'matching/year/solver.ts highs',
    ]);
    for (const file of files.filter((name) => /^(matching|calendar|english)\//.test(name))) {
      expect(readFileSync(join(SRC, file), 'utf8')).not.toMatch(
        /process\.env|Date\.now|Math\.random|new Date\(\)/,
      );
    }
  });

  it('name the environment in one place', () => {
    const named = files.filter((file) => readFileSync(join(SRC, file), 'utf8').includes('process.env'));
    expect(named.sort()).toEqual(['settings.ts', 'start.ts']);
  });

  it('go in no circle', () => {
    const next = new Map(
      files.map((file) => [
        file,
        imports
          .filter(({ from }) => from === file)
          .map(({ to }) => to.replace(/\.js$/, '.ts'))
          .filter((to) => files.includes(to)),
      ]),
    );
    const done = new Set<string>();
    const walk = (file: string, path: string[]): void => {
      if (path.includes(file))
        throw new Error(`a circle: ${[...path.slice(path.indexOf(file)), file].join(' → ')}`);
      if (done.has(file)) return;
      for (const to of next.get(file) ?? []) walk(to, [...path, file]);
      done.add(file);
    };
    for (const file of files) walk(file, []);
    expect(done.size).toBe(files.length);
  });
});
