import { rssOf, measureService } from './service.js';
import { measureEngine } from './engine.js';
import { measureHouse } from './house.js';
import { measureMatching } from './matching.js';
import { measurePages } from './pages.js';
import { measureProgramme } from './programme.js';
import { measureQueues } from './queues.js';

/**
 * `npm run bench`: prints the figures of the engine, the service and both queues, measured in one run on this machine;
 * `npm run bench -- matching [first seed] [small|plentiful|scarce|large]` those of the matching engine at length, `npm run bench -- pages` time and weight of the pages,
 * `npm run bench -- programme` what watches over the programme, at one and at ten times the example, `npm run bench -- house` the code itself.
 */
console.log(`Node ${process.versions.node}, ${process.arch}, ${new Date().toISOString().slice(0, 10)}`);
const [, , what, seed = '101', only] = process.argv;
if (what === 'matching') await measureMatching(Number(seed), only);
else if (what === 'pages') await measurePages();
else if (what === 'programme') await measureProgramme();
else if (what === 'house') measureHouse();
else {
  measureEngine();
  await measureService();
  await measureQueues();
}
console.log(`memory of this process: ${String(rssOf(process.pid))} MB`);
