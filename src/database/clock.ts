import { Injectable } from '@nestjs/common';
import { londonDate, type CivilDate } from '../calendar/dates.js';

/**
 * The time that services go by, so that tests can set it. What only measures waiting (sessions, retries, progress) asks the system, and
 * stamps of creation are the database's.
 */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }

  /** Today's date in London. */
  today(): CivilDate {
    return londonDate(this.now());
  }
}
