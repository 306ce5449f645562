// `npm run test:faults`: the long form of every row of rows.mjs, or of those that are named, such as `npm run test:faults -- 3 30`; one
// table at the end, and an exit status by it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROWS } from './rows.mjs';

const wanted = process.argv.slice(2).map(Number);
const rows = wanted.length > 0 ? ROWS.filter(({ row }) => wanted.includes(row)) : ROWS;
if (rows.length === 0 || rows.length < wanted.length) {
  console.error(`There are rows 1 to ${ROWS.length}; found ${process.argv.slice(2).join(' ')}.`);
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'critical-friend-faults-'));
const [figures, results] = [join(folder, 'figures'), join(folder, 'results.json')];
writeFileSync(figures, '');
const tests = [...new Set(rows.flatMap((row) => row.tests))];
spawnSync(
  process.execPath,
  [
    ...['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', '--runInBand'],
    ...['--testTimeout', '1800000', '--json', '--outputFile', results],
    ...['--testMatch', ...tests.map((test) => `<rootDir>/test/${test}`)],
  ],
  { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, FIGURES: figures } },
);

const { testResults } = JSON.parse(readFileSync(results, 'utf8'));
const measured = readFileSync(figures, 'utf8')
  .trim()
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line));
rmSync(folder, { recursive: true });

/** How the tests of a row came out: how many passed, and what failed. */
function outcomeOf(row) {
  const files = row.tests.map((test) => testResults.find(({ name }) => name.endsWith(`/test/${test}`)));
  const cases = files.flatMap((file) => file?.assertionResults ?? []);
  const failed = cases.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
  const silent = files.some((file) => !file || file.assertionResults.length === 0);
  return { passed: cases.filter(({ status }) => status === 'passed').length, failed, silent };
}

const table = rows.map((row) => {
  const { passed, failed, silent } = outcomeOf(row);
  const told = measured.filter((one) => one.row === row.row).map((one) => one.measured);
  const verdict = failed.length > 0 || silent || passed === 0 ? 'FAIL' : 'pass';
  const figure = [`${passed} tests`, ...told, ...failed.map((name) => `failed: ${name}`)].join('; ');
  return [String(row.row), row.fault, row.target, verdict, figure];
});
console.log(['| row | fault or attack | target | | figure |', '|---|---|---|---|---|'].join('\n'));
for (const line of table) console.log(`| ${line.join(' | ')} |`);
const bad = table.filter(([, , , verdict]) => verdict === 'FAIL').length;
console.log(`\n${table.length - bad} passed, ${bad} failed`);
process.exitCode = bad === 0 ? 0 : 1;
