import { thousands } from '../../english/words.js';
import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { Transform } from 'class-transformer';
import type { Response } from 'express';
import { programmeYear, programmeYearName } from '../../calendar/programme-year.js';
import { Allow, Granted, type Access } from '../../people/access.js';
import { scopeOf, type Action } from '../../people/permissions.js';
import { QueryInt, Uuids } from '../../web/fields.js';
import { FRESH, listOf, Says, submit, type Again } from '../../web/forms.js';
import { textOf } from '../../web/lists.js';
import { Download, Page, Redirect } from '../../web/pages.js';
import { paths } from '../../web/paths.js';
import type { PlanRequest } from './plan-request.entity.js';
import { PlanPicture } from './plan-picture.service.js';
import { Clock } from '../../database/clock.js';
import { PlanAcceptance } from './plan-acceptance.service.js';
import { PlansService } from './plans.service.js';
import { readYear } from '../programme-years.js';
import { sendProgress } from '../../web/events.js';

type Answer = Promise<Page | Redirect | Download>;

const GAP = 0.005;

class AskForm {
  @Says('Choose how long it may take') @QueryInt({ min: 5, max: 1800 }) timeLimit: number;
}

class CancelForm {}

class AcceptForm {
  @Says('Tick the challenges to accept it for')
  @Transform(({ value }) => listOf(value))
  @Uuids()
  challenges: string[];
}

/** The plan of the year: asked for, watched, looked at, compared, accepted. */
@Controller()
export class PlanPages {
  constructor(
    private readonly plans: PlansService,
    private readonly acceptance: PlanAcceptance,
    private readonly picture: PlanPicture,
    private readonly time: Clock,
  ) {}

  @Get('plan')
  @Allow('plans.read')
  thisYear(@Granted() access: Access): Promise<Page> {
    return this.year(access, String(programmeYear(this.time.today())));
  }

  @Get('programme/:year/plan')
  @Allow('plans.read')
  async year(@Granted() { actor }: Access, @Param('year') text: string, again: Again = FRESH): Promise<Page> {
    const year = readYear(text);
    const requests = await this.plans.ofYear(year);
    const may = (action: Action): boolean => scopeOf(actor.role, action) !== undefined;
    const waiting = await this.plans.waiting();
    const model = {
      year,
      requests,
      waiting: waiting.get(year) ?? 0,
      others: [...waiting]
        .filter(([other]) => other !== year)
        .map(([other, count]) => ({ year: other, count })),
      live: requests.find(({ isWaiting }) => isWaiting),
      mayMake: may('plans.make'),
      seesProgramme: may('programme.read'),
    };
    return new Page('programme/plan/views/plans.njk', {
      title: `The plan of ${programmeYearName(year)}`,
      ...model,
      ...again,
    });
  }

  @Post('programme/:year/plan')
  @Allow('plans.make')
  ask(@Granted() access: Access, @Param('year') text: string, @Body() body: unknown): Answer {
    const work = async ({ timeLimit }: AskForm): Promise<Redirect> => {
      const { id } = await this.plans.request(access.actor, readYear(text), { gap: GAP, timeLimit });
      return new Redirect(paths.plan(id));
    };
    return submit(AskForm, body, work, (again) => this.year(access, text, again));
  }

  @Get('plans/:id')
  @Allow('plans.read', 'plan request')
  async one(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Query() query: Record<string, unknown>,
    again: Again = FRESH,
  ): Promise<Page> {
    const request = await this.plans.get(id);
    const mayMake = scopeOf(actor.role, 'plans.make') !== undefined;
    const title = `Plan of ${programmeYearName(request.year)}`;
    if (!request.plan || request.isWaiting)
      return new Page('programme/plan/views/plan-progress.njk', {
        title,
        request,
        running: request.isWaiting,
        mayMake,
        ...again,
      });
    const others = (await this.plans.ofYear(request.year)).filter((one) => one.plan && one.id !== id);
    const model = {
      request,
      mayMake,
      others,
      newer: others.find((one) => one.createdAt > request.createdAt) ?? null,
      ...(await this.picture.of(request, request.plan, {
        ...{ region: textOf(query.region), kind: textOf(query.kind) },
        ...{ manager: textOf(query.manager), peer: textOf(query.peer) },
      })),
      ...(await this.picture.comparison(request, textOf(query.with), others)),
    };
    return new Page('programme/plan/views/plan.njk', { title, ...model, ...again });
  }

  @Get('plans/:id/events')
  @Allow('plans.read', 'plan request')
  async events(@Param('id') id: string, @Res() response: Response): Promise<void> {
    await sendProgress(response, async () => {
      const request = await this.plans.get(id);
      return { phase: phaseOf(request), done: !request.isWaiting };
    });
  }

  @Post('plans/:id/cancel')
  @Allow('plans.make', 'plan request')
  cancel(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async (): Promise<Redirect> => {
      await this.plans.cancel(access.actor, id);
      return new Redirect(paths.plan(id));
    };
    return submit(CancelForm, body, work, (again) => this.one(access, id, {}, again));
  }

  /** Makes proposals of its teams; what was not possible any more is told. */
  @Post('plans/:id/accept')
  @Allow('plans.make', 'plan request')
  accept(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ challenges }: AcceptForm): Promise<Page> => {
      const accepted = await this.acceptance.accept(access.actor, id, challenges);
      const { year } = await this.plans.get(id);
      const rows = await this.picture.accepted(accepted);
      return new Page('programme/plan/views/plan-accepted.njk', {
        title: 'The plan is accepted',
        rows,
        year,
        id,
      });
    };
    return submit(AcceptForm, body, work, (again) => this.one(access, id, {}, again));
  }
}

function phaseOf({ phase, score, bound }: PlanRequest): string {
  return score === null || bound === null
    ? phase
    : `${phase}: ${thousands(score)} points so far, ${thousands(bound)} at the very most`;
}
