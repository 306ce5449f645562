import { QueryInt } from '../web/fields.js';

/** Every form of the scope says which version it was made from, so that nobody's change is lost. */
export class Versioned {
  @QueryInt({ min: 1, max: 2_147_483_647 }) version: number;
}
