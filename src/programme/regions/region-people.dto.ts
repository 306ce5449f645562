import { Choice, Day, Decimal, Int, QueryDecimal, QueryInt, Text, Uuid } from '../../web/fields.js';
import { Says } from '../../web/forms.js';
import { REGION_ROLES, type RegionRole } from './region-person.entity.js';

const VERSION = { min: 1, max: 2_147_483_647 };
/** Half a day to a month of working days; ten to fifteen are usual. */
const BUDGET = { min: 0.5, max: 30 };

/** Whom the office or the region's adviser names. */
export class NamePerson {
  @Says('Choose what they are') @Choice(REGION_ROLES) role: RegionRole;
  @Says('Enter the address of somebody in the pool') @Text({ max: 320 }) email: string;
  @Says('Enter what they help with') @Text({ optional: true, max: 200 }) subject?: string;
  @Says('Enter days of a year, from 0.5 to 30, like 12.5')
  @QueryDecimal({ optional: true, ...BUDGET })
  dayBudget?: number;
  @Says('Enter the day like 1 April 2027') @Day() firstDay: string;
}

export class ChangePerson {
  @QueryInt(VERSION) version: number;
  @Says('Enter what they help with') @Text({ optional: true, max: 200 }) subject?: string;
  @Says('Enter days of a year, from 0.5 to 30, like 12.5')
  @QueryDecimal({ optional: true, ...BUDGET })
  dayBudget?: number;
  @Says('Enter the day like 31 March 2028') @Day({ optional: true }) lastDay?: string;
}

/** Days that an improvement adviser gave. */
export class GiveDays {
  @Says('Enter the day like 8 June 2027') @Day() day: string;
  @Says('Enter days, from 0.5 to 30, like 1.5') @QueryDecimal(BUDGET) days: number;
  @Says('Enter what for') @Text({ max: 200 }) what: string;
  @Uuid({ optional: true, description: 'The council they were given to; left out for the whole region' })
  council?: string;
}

export class AdviserDayView {
  @Uuid() id: string;
  @Day() day: string;
  @Decimal(BUDGET) days: number;
  @Text() what: string;
  @Uuid({ nullable: true }) councilId: string | null;
}

export class RegionPersonView {
  @Uuid() id: string;
  @Text() region: string;
  @Choice(REGION_ROLES) role: RegionRole;
  @Uuid({ nullable: true, description: 'The peer, for those who see peers; null for others' })
  peerId: string | null;
  @Text() name: string;
  @Text({ min: 0 }) subject: string;
  @Decimal({ ...BUDGET, nullable: true }) dayBudget: number | null;
  @Decimal({ min: 0, max: 366, description: 'Days given in the programme year' }) daysUsed: number;
  @Day() firstDay: string;
  @Day({ nullable: true }) lastDay: string | null;
  @Int(VERSION) version: number;
}
