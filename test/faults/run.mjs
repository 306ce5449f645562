// `npm run test:faults`: the long form of every row of rows.mjs, or of those that are named, such as `npm run test:faults -- 3 30`; one
// table at the end, and an exit status by it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROWS } from './rows.mjs';

const wanted = process.argv.slice(2).map(Number);
const rows = wanted.length > 0 ? ROWS.filter(({ row }) => wanted.includes(row)) : ROWS;
if (!wanted.every((one) => ROWS.some(({ row }) => row === one))) {
  console.error(`There are rows 1 to ${ROWS.length}; found ${process.argv.slice(2).join(' ')}.`);
  process.exit(2);
}

const built = (test) => test.replace(/\.ts$/, '.js');

const folder = mkdtempSync(join(tmpdir(), 'critical-friend-faults-'));
const [figures, results] = [join(folder, 'figures'), join(folder, 'results.json')];
writeFileSync(figures, '');
process.chdir(join(import.meta.dirname, '../..'));
const tests = [...new Set(rows.flatMap((row) => row.tests))];
spawnSync(
  process.execPath,
  [
    ...['--enable-source-maps', '--no-warnings', 'node_modules/jest/bin/jest.js', '--runInBand'],
    ...['--json', '--outputFile', results],
    ...['--testMatch', ...tests.map((test) => `<rootDir>/dist/test/${built(test)}`)],
  ],
  { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, FIGURES: figures } },
);

// Where the run itself fell over there are no results, and every row fails.
const testResults = existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')).testResults : [];
const measured = readFileSync(figures, 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line));
rmSync(folder, { recursive: true });

/** How the tests of a row came out: how many passed, and what is wrong with it. */
function outcomeOf(row, told) {
  const files = row.tests.map((test) => [
    test,
    testResults.find(({ name }) => name.endsWith(`/dist/test/${built(test)}`)),
  ]);
  const cases = files.flatMap(([, file]) => file?.assertionResults ?? []);
  const faults = [
    ...files.filter(([, file]) => !file?.assertionResults.length).map(([test]) => `did not run: ${test}`),
    ...cases.filter(({ status }) => status === 'failed').map(({ fullName }) => `failed: ${fullName}`),
    ...cases.filter(({ status }) => status === 'pending').map(({ fullName }) => `left out: ${fullName}`),
    ...(row.isMeasured && told.length === 0 ? ['no figure'] : []),
    ...told.filter(({ isWithin }) => !isWithin).map(() => 'a figure is beyond the target'),
  ];
  return { passed: cases.filter(({ status }) => status === 'passed').length, faults };
}

const table = rows.map((row) => {
  const told = measured.filter((one) => one.row === row.row);
  const { passed, faults } = outcomeOf(row, told);
  const verdict = faults.length > 0 ? 'FAIL' : 'pass';
  const figure = [`${passed} tests`, ...told.map((one) => one.measured), ...faults].join('; ');
  return [String(row.row), row.fault, row.target, verdict, figure];
});
console.log(['| row | fault or attack | target | | figure |', '|---|---|---|---|---|'].join('\n'));
for (const line of table) console.log(`| ${line.join(' | ')} |`);
const bad = table.filter(([, , , verdict]) => verdict === 'FAIL').length;
console.log(`\n${table.length - bad} passed, ${bad} failed`);
process.exitCode = bad === 0 ? 0 : 1;
