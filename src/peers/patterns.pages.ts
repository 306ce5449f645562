import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { Transform } from 'class-transformer';
import type { CivilDate } from '../calendar/dates.js';
import { sayDay } from '../calendar/phrases.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { Day, QueryInt } from '../web/fields.js';
import { FRESH, Says, submit, submitTo } from '../web/forms.js';
import { Page, type Download, type Redirect } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { daysOfPattern, saidOn, type AvailabilityPattern, type AvailabilityState } from './availability.js';
import { DiaryService } from './diary.service.js';
import { DiaryViews } from './diary-views.service.js';
import { Clock } from '../database/clock.js';
import { PeersService } from './peers.service.js';
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

/** Beside a day that was said to be something else. */
const STAYS: Record<AvailabilityState, string> = {
  busy: '',
  free: ': stays free, as you said of that day',
  ask: ': stays to be asked about, as you said of that day',
};

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
    private readonly peers: PeersService,
    private readonly time: Clock,
  ) {}

  @Get()
  @Allow('availability.write', 'peer')
  show(@Param('id') id: string, @Query() query: Record<string, unknown>): Promise<Page> {
    return this.views.patterns(id, FRESH, 'saved' in query);
  }

  /** The days that a pattern would make busy. */
  @Get('look')
  @Allow('availability.write', 'peer')
  look(@Param('id') id: string, @Query() query: Record<string, unknown>): Answer {
    const work = async (filled: PatternForm): Promise<Page> => {
      const pattern = patternOf(filled);
      const { availability } = await this.peers.get(id);
      return new Page('peers/views/pattern-look.njk', {
        title: 'Are these the days?',
        ...{ id, ...filled, words: patternWords(pattern), most: SHOWN },
        // What was said of a day by itself counts more than a pattern.
        days: daysOfPattern(pattern, this.time.today(), SHOWN).map(
          (day) => sayDay(day) + STAYS[saidOn(availability.ranges, day) ?? 'busy'],
        ),
      });
    };
    return submit(PatternForm, query, work, (again) => this.views.patterns(id, again));
  }

  @Post()
  @Allow('availability.write', 'peer')
  add(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    return submitTo(
      `${paths.patterns(id)}?saved`,
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
      `${paths.patterns(id)}?saved`,
      RemovePattern,
      body,
      ({ at }) => this.diary.removePattern(actor, id, at),
      (again) => this.views.patterns(id, again),
    );
  }
}
