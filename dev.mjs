// `npm run dev`: starts everything, and again whenever a file is saved.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const WATCHED = ['src', 'migrations'];
/** An editor that saves many files at once has done so by then. */
const CALM_MS = 300;

// Ctrl-C reaches the child by itself.
const stopped = once(process, 'SIGINT').then(() => 'stopped');
let changed = () => undefined;
for (const folder of WATCHED) watch(folder, { recursive: true }, () => changed());

for (let stopping = false; !stopping;) {
  const child = spawn(process.execPath, ['start.mjs'], { stdio: 'inherit' });
  const ended = once(child, 'exit');
  const saved = new Promise((resolve) => {
    changed = () => resolve('saved');
  });
  const why = await Promise.race([saved, stopped]);
  stopping = why === 'stopped';
  if (!stopping) child.kill('SIGTERM');
  await ended;
  if (!stopping) await pause(CALM_MS);
}
