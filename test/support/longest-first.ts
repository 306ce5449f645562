import { statSync } from 'node:fs';

/** Those that take longest, longest first: what begins late is waited for at the end, by everybody else. */
const LONG = [
  'invitations/interleavings',
  'browser/story',
  // Needs no example, which the one before it makes.
  'matching/teams',
  'browser/programme',
  'browser/follow-up',
  'visits/time-travel',
  'laws/access',
  'laws/gets',
  'commands/cli',
  'operations/database-away',
  'operations/shutdown',
];

interface Test {
  path: string;
}

/** The order of test files, by what is known of them; the others by their size, as the runner does by itself. */
export default class LongestFirst {
  sort<T extends Test>(tests: T[]): T[] {
    const place = ({ path }: Test): number => {
      const at = LONG.findIndex((name) => path.includes(`/${name}.`));
      return at < 0 ? LONG.length : at;
    };
    const size = new Map(tests.map(({ path }) => [path, statSync(path).size]));
    return [...tests].sort(
      (a, b) => place(a) - place(b) || (size.get(b.path) ?? 0) - (size.get(a.path) ?? 0),
    );
  }

  allFailedTests<T extends Test>(tests: T[]): T[] {
    return tests;
  }

  cacheResults(): void {
    // What a run took is not kept: the list above says what matters.
  }
}
