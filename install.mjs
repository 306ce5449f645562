// Installs and builds what is missing or stale. Uses nothing but Node, since it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const SOURCES = ['src', 'migrations', 'bench', 'test', 'package-lock.json', 'nest-cli.json', 'tsconfig.json'];
const quiet = process.argv.includes('--quiet');

/** Installs the locked packages when there are none, or the lock file is newer. */
export function installIfNeeded() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    fail(`Node ${process.versions.node} is too old; Critical Friend needs 20.19 or newer.`);
  const marker = join(root, 'node_modules', '.package-lock.json');
  if (existsSync(marker) && changed(marker) >= changed(join(root, 'package-lock.json'))) return;
  say('Installing packages …');
  run(
    'npm',
    // What is locked, and nothing of ours is written.
    ['ci', '--no-audit', '--no-fund', '--loglevel=error'],
    'The packages could not be installed',
  );
  utimesSync(marker, new Date(), new Date());
}

/** Builds when any source is newer than the last build. */
export function buildIfStale() {
  const marker = join(root, 'dist', '.built');
  if (existsSync(marker) && SOURCES.every((path) => newest(join(root, path)) <= changed(marker))) return;
  say('Building …');
  run(
    process.execPath,
    [join(root, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js'), 'build'],
    'The build failed',
  );
  writeFileSync(marker, '');
}

function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function changed(path) {
  return statSync(path).mtimeMs;
}

function run(command, args, failure) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  if (status === 0) return;
  const words = `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`;
  fail(
    /ENOSPC: no space left/.test(words)
      ? 'The disk is full; free some space and try again.'
      : `${failure}:\n${words.trim()}`,
  );
}

function say(words) {
  if (!quiet) console.log(words);
}

function fail(words) {
  console.error(words);
  process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  installIfNeeded();
  if (process.argv.includes('--build')) buildIfStale();
}
