import { Injectable } from '@nestjs/common';
import { londonDate, type CivilDate } from '../calendar/dates.js';

/** The time that the service goes by. Nothing else in it asks the system what time it is, so that tests can set it. */
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
