import { times } from '../support/figure.js';
import { tryLives } from '../support/lives.js';

tryLives(times(200, 5000), times(5, 24));
