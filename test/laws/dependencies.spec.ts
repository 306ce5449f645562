import { readFileSync } from 'node:fs';
import { minVersion, satisfies } from 'semver';

interface Locked {
  version: string;
  license?: string;
  dev?: boolean;
  engines?: { node?: string };
}

const ROOT = new URL('../../..', import.meta.url);
const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, ROOT), 'utf8'));
const own = read('package.json') as {
  engines: { node: string };
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};
/** What runs in real use, by the place where it is installed. */
const used = Object.entries(
  (read('package-lock.json') as { packages: Record<string, Locked> }).packages,
).filter(([place, { dev }]) => place !== '' && !dev);
const nameOf = (place: string): string => place.split('node_modules/').at(-1) ?? place;

/** Those that ask for nothing but to be named. */
const FREE = [
  'BlueOak-1.0.0',
  'MIT',
  'MIT-0',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'Python-2.0',
];
/** Read in the package itself, since its description says nothing. */
const SAID_ELSEWHERE: Record<string, string> = { busboy: 'MIT', streamsearch: 'MIT' };
/** Looked at one by one, with what follows. */
const OTHERWISE: Record<string, string> = {
  'ical.js': 'MPL-2.0: named in NOTICE, its files are not changed',
};
/** Asks for a newer Node than we do, for parts that we do not use. */
const NEWER = ['file-type'];

describe('what the service is built of', () => {
  it('may be used freely, or was looked at', () => {
    const other = used
      .map(
        ([place, { license }]) =>
          [nameOf(place), license ?? SAID_ELSEWHERE[nameOf(place)] ?? 'none'] as const,
      )
      .filter(([name, license]) => !FREE.includes(license) && !(name in OTHERWISE));
    expect(other).toEqual([]);
    expect(readFileSync(new URL('NOTICE', ROOT), 'utf8')).toContain('ical.js');
  });

  it('runs on the oldest Node that we promise', () => {
    const oldest = minVersion(own.engines.node)?.version ?? '';
    const refusing = used
      .filter(([, { engines }]) => engines?.node && !satisfies(oldest, engines.node))
      .map(([place]) => nameOf(place));
    expect(refusing).toEqual(NEWER);
  });

  it('is pinned, each package to one version', () => {
    const loose = Object.entries({ ...own.dependencies, ...own.devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
    );
    expect(loose).toEqual([]);
  });
});
