import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { Allow, Granted, type Access } from '../people/access.js';
import { OWNER_NAMES } from '../visits/steps.js';
import { StepNotices } from '../visits/step-notices.service.js';
import { Texts } from '../web/fields.js';
import { listOf, FRESH, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { Problem } from '../web/problems.js';
import { DeadlinesService, keyOf, type Deadline } from './deadlines.service.js';

/** So many at once: as many as a page of deadlines holds. */
const MOST = 50;

class RemindOf {
  @Says('Choose whom to remind')
  @Transform(({ value }) => listOf(value))
  @Texts({ max: MOST })
  late: string[];
}

/** What was done meanwhile, and whoever cannot be reached, keeps nobody else from being reminded; the page says how each stands. */
function unlessSettled(error: unknown): void {
  if (!(error instanceof Problem) || !['not-late', 'no-address'].includes(error.type)) throw error;
}

/** Reminds whoever owes several late steps, once it was seen who that is. */
@Controller('deadlines/remind')
export class RemindPages {
  constructor(
    private readonly deadlines: DeadlinesService,
    private readonly notices: StepNotices,
  ) {}

  @Get()
  @Allow('challenges.manage')
  async look(
    @Granted() access: Access,
    @Query() query: Record<string, unknown>,
    again: Again = FRESH,
  ): Promise<Page> {
    const chosen = await this.late(access, listOf(query.late));
    const lines = [];
    for (const one of chosen)
      lines.push({
        ...one,
        key: keyOf(one),
        owes: OWNER_NAMES[one.owner],
        receivers: await this.notices.receivers(one.challengeId, one),
        isReminded: await this.notices.isChased(one.challengeId, one.id),
      });
    const left = lines.filter(({ isReminded, receivers }) => !isReminded && receivers.length > 0);
    return new Page('overview/views/remind.njk', { title: 'Remind several people', lines, left, ...again });
  }

  @Post()
  @Allow('challenges.manage')
  remind(@Granted() access: Access, @Body() body: unknown): Promise<Page | Redirect | Download> {
    const work = async ({ late }: RemindOf): Promise<Redirect> => {
      for (const { challengeId, id } of await this.late(access, late))
        await this.notices.chase(access.actor, challengeId, id).catch(unlessSettled);
      return new Redirect(
        `${paths.remind}?${new URLSearchParams(late.map((one) => ['late', one])).toString()}`,
      );
    };
    return submit(RemindOf, body, work, (again) => this.look(access, again.input, again));
  }

  /** Those of some steps that somebody may see and that are late still. */
  private async late(access: Access, keys: string[]): Promise<Deadline[]> {
    const all = await this.deadlines.of(access, { show: 'late', owner: '', sort: 'due' });
    return all.filter((one) => keys.includes(keyOf(one))).slice(0, MOST);
  }
}
