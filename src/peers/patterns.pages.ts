import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { Transform } from 'class-transformer';
import type { CivilDate } from '../calendar/dates.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { Day, QueryInt } from '../web/fields.js';
import { FRESH, Says, submit, submitTo } from '../web/forms.js';
import { Page, type Download, type Redirect } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { daysOfPattern, type AvailabilityPattern } from './availability.js';
import { DiaryService } from './diary.service.js';
import { DiaryViews } from './diary-views.service.js';
import { patternWords } from './pattern-words.js';

type Answer = Promise<Page | Redirect | Download>;

class PatternForm {
  @Says('Choose the weekday') @QueryInt({ min: 1, max: 5 }) weekday: number;
  @Says('Choose how often') @QueryInt({ min: 1, max: 4 }) everyWeeks: number;
  @Says('Enter the first day like 3 November 2026') @Day() from: CivilDate;
}

class RemovePattern {
  @Transform(({ value }) => Number(value)) @QueryInt({ min: 0, max: 100 }) at: number;
}

/** Days that are shown before a pattern is kept. */
const SHOWN = 8;

const patternOf = ({ weekday, everyWeeks, from }: PatternForm): AvailabilityPattern => ({
  ...{ weekdays: [weekday], everyWeeks, from, to: null, state: 'busy' },
});

/** Weekdays on which a peer is always busy: what they are, and one more, whose days are looked at before it is kept. */
@Controller('peers/:id/availability/patterns')
export class PatternPages {
  constructor(
    private readonly diary: DiaryService,
    private readonly views: DiaryViews,
  ) {}

  @Get()
  @Allow('availability.write', 'peer')
  show(@Param('id') id: string): Promise<Page> {
    return this.views.patterns(id, FRESH);
  }

  /** The days that a pattern would make busy. */
  @Get('look')
  @Allow('availability.write', 'peer')
  look(@Param('id') id: string, @Query() query: Record<string, unknown>): Answer {
    const work = (filled: PatternForm): Promise<Page> => {
      const pattern = patternOf(filled);
      return Promise.resolve(
        new Page('peers/views/pattern-look.njk', {
          title: 'Are these the days?',
          ...{ id, ...filled, words: patternWords(pattern), most: SHOWN },
          days: daysOfPattern(pattern, filled.from, SHOWN),
        }),
      );
    };
    return submit(PatternForm, query, work, (again) => this.views.patterns(id, again));
  }

  @Post()
  @Allow('availability.write', 'peer')
  add(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    return submitTo(
      paths.patterns(id),
      PatternForm,
      body,
      (filled) => this.diary.addPattern(actor, id, patternOf(filled)),
      (again) => this.views.patterns(id, again),
    );
  }

  @Post('remove')
  @Allow('availability.write', 'peer')
  remove(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    return submitTo(
      paths.patterns(id),
      RemovePattern,
      body,
      ({ at }) => this.diary.removePattern(actor, id, at),
      (again) => this.views.patterns(id, again),
    );
  }
}
