import { Body, Controller, Get, Post } from '@nestjs/common';
import type { CalendarRules } from '../calendar/window-rules.js';
import { Database } from '../database/database.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { Choice, Day, QueryInt, Text } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { calendarChanges, calendarText, readCalendar } from './calendar-lines.js';
import { visitsMet, type MetVisit } from './calendar-preview.js';
import { HOLDS_FROM, WithdrawForm } from './coming-forms.js';
import { ReferenceService } from './reference.service.js';

const LINES = { optional: true, max: 5000 } as const;

class CalendarForm {
  @QueryInt({ min: 1, max: 2_147_483_647 }) version: number;
  @Text(LINES) never?: string;
  @Text(LINES) avoid?: string;
  @Text(LINES) addedBankHolidays?: string;
  @Text(LINES) generalElections?: string;
  @Says('Enter why') @Text({ max: 500 }) reason: string;
  @Says(HOLDS_FROM) @Day({ optional: true }) holdsFrom?: string;
  @Choice(['preview', 'save']) step: 'preview' | 'save';
}

/** When there are no visits, and elections: closed weeks, weeks better avoided, bank holidays proclaimed since, general elections that are called. */
@Controller('rules/calendar')
export class CalendarPages {
  constructor(
    private readonly reference: ReferenceService,
    private readonly db: Database,
  ) {}

  @Get()
  @Allow('policy.write')
  async page(again: Again = FRESH, met: MetVisit[] | null = null): Promise<Page> {
    const { content, version } = await this.reference.item('calendar');
    const coming = await this.reference.coming('calendar');
    return new Page('reference/views/calendar.njk', {
      title: 'The calendar',
      version,
      text: calendarText(content as CalendarRules),
      met,
      coming,
      comingChanges: coming ? calendarChanges(content as CalendarRules, coming.content as CalendarRules) : [],
      history: (await this.reference.past('calendar')).map((one) => ({
        ...one,
        lines: one.before ? calendarChanges(one.before as CalendarRules, one.after as CalendarRules) : [],
      })),
      ...again,
    });
  }

  @Post()
  @Allow('policy.write')
  save(@Granted() { actor }: Access, @Body() body: unknown): Promise<Page | Redirect | Download> {
    const work = async (form: CalendarForm): Promise<Page | Redirect> => {
      const { version, reason, holdsFrom = null, step } = form;
      const { never = '', avoid = '', addedBankHolidays = '', generalElections = '' } = form;
      const content = readCalendar({ never, avoid, addedBankHolidays, generalElections });
      if (step === 'save') {
        await this.reference.put(actor, 'calendar', { content, reason, version, holdsFrom });
        return new Redirect('/rules/calendar');
      }
      const before = await this.reference.get('calendar');
      const met = await visitsMet(this.db.manager, this.db.today(), { before, after: content });
      return this.page({ input: { ...form }, errors: [] }, met);
    };
    return submit(CalendarForm, body, work, (again) => this.page(again));
  }

  /** Takes a change back that waits for its day. */
  @Post('coming')
  @Allow('policy.write')
  withdraw(@Granted() { actor }: Access, @Body() body: unknown): Promise<Page | Redirect | Download> {
    const work = async ({ change }: WithdrawForm): Promise<Redirect> => {
      await this.reference.withdraw(actor, 'calendar', change);
      return new Redirect('/rules/calendar');
    };
    return submit(WithdrawForm, body, work, (again) => this.page(again));
  }
}
