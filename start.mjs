// `npm start`: installs and builds what is needed, then starts everything on this machine.
import { buildIfStale, installIfNeeded } from './install.mjs';

installIfNeeded();
buildIfStale();
const { start } = await import('./dist/src/start.js');
await start();
