import { times } from '../support/figure.js';
import { tryLives } from '../support/lives.js';

// Many short lives find what goes wrong soon; few long ones what only a long story leads to.
tryLives([times(200, 5000), 5], [times(10, 150), 24]);
