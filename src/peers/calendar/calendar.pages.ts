import { Body, Controller, Get, Param, Post, Query, UploadedFile } from '@nestjs/common';
import { Allow, Granted, type Access } from '../../people/access.js';
import { Clock } from '../../database/clock.js';
import { Text } from '../../web/fields.js';
import { FRESH, submit, type Again } from '../../web/forms.js';
import { Page, Redirect, type Download } from '../../web/pages.js';
import { paths } from '../../web/paths.js';
import { badField, Problem } from '../../web/problems.js';
import { dayCount } from '../availability.js';
import { DiaryService } from '../diary.service.js';
import { DiaryViews } from '../diary-views.service.js';
import { leftOut, monthsOf, warningsOf } from './calendar-words.js';
import { readKept, writeKept } from './kept-days.js';
import { CalendarSubscriptions, spanFrom } from './subscriptions.service.js';
import { BUSY_FROM_MINUTES } from './taken-days.js';
import { readCalendar } from './thread.js';

type Answer = Promise<Page | Redirect | Download>;

const MOST_CALENDAR_BYTES = 2_000_000;
/** Two years, every day a range of its own. */
const MOST_KEPT = 30_000;

class Nothing {}

class KeepForm {
  @Text({ optional: true, max: MOST_KEPT }) days?: string;
}

class SubscribeForm {
  @Text({ optional: true, max: 2000 }) url?: string;
}

/** A peer's own calendar: a file, looked at before anything of it is kept, or an address that is read every day. */
@Controller('peers/:id/availability')
export class CalendarPages {
  constructor(
    private readonly diary: DiaryService,
    private readonly subscriptions: CalendarSubscriptions,
    private readonly views: DiaryViews,
    private readonly time: Clock,
  ) {}

  @Get('calendar')
  @Allow('availability.write', 'peer')
  show(
    @Granted() access: Access,
    @Param('id') id: string,
    @Query() query: Record<string, unknown>,
  ): Promise<Page> {
    return this.views.calendar(access, id, FRESH, 'saved' in query);
  }

  @Post('calendar')
  @Allow('availability.write', 'peer')
  look(
    @Granted() access: Access,
    @Param('id') id: string,
    @Body() body: unknown,
    @UploadedFile() file?: { buffer: Buffer },
  ): Answer {
    return submit(Nothing, body, () => this.read(access, id, file?.buffer), this.again(access, id));
  }

  private async read({ actor }: Access, id: string, file: Buffer | undefined): Promise<Page> {
    if (!file) throw badField('/file', 'choose a file first');
    if (file.length > MOST_CALENDAR_BYTES)
      throw new Problem(
        413,
        'too-large',
        'The file is too large; allowed: 2 MB, which is a calendar of many years.',
      );
    const span = spanFrom(this.time.today());
    const read = await readCalendar(file, span);
    return new Page('peers/views/calendar-read.njk', {
      title: 'What your calendar says',
      ...{ id, span, left: leftOut(read.left), warnings: warningsOf(read), days: writeKept(read.days) },
      months: monthsOf(read.days).map(({ month, busy, ask }) =>
        [month, busy || '–', ask || '–'].map((text) => ({ text })),
      ),
      hours: BUSY_FROM_MINUTES / 60,
      isFollowed: actor.peerId === id && (await this.subscriptions.isFollowed(id)),
    });
  }

  @Post('calendar/keep')
  @Allow('availability.write', 'peer')
  keep(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ days = '' }: KeepForm): Promise<Redirect> => {
      const kept = readKept(days, spanFrom(this.time.today()));
      await this.diary.keepCalendar(access.actor, id, kept);
      return new Redirect(`${paths.availability(id)}?saved=${String(dayCount(kept))}`);
    };
    return submit(KeepForm, body, work, this.again(access, id));
  }

  @Post('subscription')
  @Allow('availability.write', 'peer')
  subscribe(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ url }: SubscribeForm): Promise<Redirect> => {
      await this.subscriptions.subscribe(access.actor, id, url ?? null);
      return new Redirect(`${paths.peerCalendar(id)}?saved`);
    };
    return submit(SubscribeForm, body, work, this.again(access, id));
  }

  private again(access: Access, id: string): (again: Again) => Promise<Page> {
    return (again) => this.views.calendar(access, id, again);
  }
}
