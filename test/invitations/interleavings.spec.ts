import { tryLives } from '../support/lives.js';

// A few of the lives that `npm run test:long` tries by the hundred.
tryLives([8, 5]);
