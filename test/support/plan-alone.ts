import { readFileSync } from 'node:fs';
import { answerPlan } from '../../src/matching/files/plan-answer.js';
import { readProgramme } from '../../src/matching/files/programme-file.js';

/**
 * Plans the year in the file named first within the seconds named second, in a process of its own, and
 * writes the plan and by how many seconds it came late. Counted in what this process works, so that its
 * neighbours on the machine do not count.
 */
const [, , file, seconds] = process.argv;
const programme = readProgramme(readFileSync(file ?? '', 'utf8'));
const start = process.cpuUsage();
const left = (): number => {
  const { user, system } = process.cpuUsage(start);
  return Number(seconds) - (user + system) / 1e6;
};
const plan = await answerPlan(
  { programme, incumbent: [] },
  { gap: 0, clock: { left, stop: () => left() <= 0 } },
);
process.stdout.write(JSON.stringify({ plan, late: -left() }));
