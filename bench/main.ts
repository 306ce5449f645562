import { rssOf, measureService } from './service.js';
import { measureEngine } from './engine.js';
import { measureQueues } from './queues.js';

/** `npm run bench`: prints the figures of the engine, the service and both queues, measured in one run on this machine. */
console.log(`Node ${process.versions.node}, ${process.arch}, ${new Date().toISOString().slice(0, 10)}`);
measureEngine();
await measureService();
await measureQueues();
console.log(`memory of this process: ${String(rssOf(process.pid))} MB`);
