import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ChallengesService } from '../challenges/challenges.service.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { Choice, Day, Link, Text } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { badField, notFound, Problem } from '../web/problems.js';
import type { ClockStep } from './clock.js';
import { DOCUMENTED, MOVED, OWNER_NAMES, RECORDED, STEPS, type StepId } from './steps.js';
import { ClockService } from './clock.service.js';
import { StepNotices } from './step-notices.service.js';
import { Clock } from '../database/clock.js';

class StepForm {
  @Says('Enter the day like 8 June 2027') @Day({ optional: true }) doneOn?: string;
  @Says('Enter a link that begins with https://') @Link({ optional: true }) link?: string;
  @Says('Enter the new day like 8 June 2027') @Day({ optional: true }) to?: string;
  @Text({ optional: true, max: 1000 }) reason?: string;
  @Choice(['done', 'move', 'chase']) step: 'done' | 'move' | 'chase';
}

/** One step of the clock: done, with its evidence, or moved to another day, with the reason. */
@Controller('challenges/:id/steps/:step')
export class ClockPages {
  constructor(
    private readonly challenges: ChallengesService,
    private readonly clock: ClockService,
    private readonly notices: StepNotices,
    private readonly time: Clock,
  ) {}

  @Get()
  @Allow('clock.record', 'challenge')
  async show(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Param('step') name: string,
    again: Again = FRESH,
  ): Promise<Page> {
    const step = await this.step(id, name);
    const challenge = await this.challenges.get(id);
    const changes = (await this.clock.history(id)).filter(({ subject }) => subject === `step:${step.id}`);
    const model = {
      challenge,
      step,
      owner: OWNER_NAMES[step.owner],
      mayRecord: RECORDED.includes(step.id) && (actor.role !== 'council' || step.owner === 'council'),
      mayMove:
        actor.role !== 'council' && MOVED.includes(step.id) && step.state !== 'done' && step.due !== null,
      documented: DOCUMENTED.includes(step.id),
      receivers:
        step.state === 'late' && actor.role !== 'council' ? await this.notices.receivers(id, step) : [],
      isReminded: await this.notices.isChased(id, step.id),
      today: this.time.today(),
      changes,
    };
    return new Page('visits/views/step.njk', { title: step.title, ...model, ...again });
  }

  @Post()
  @Allow('clock.record', 'challenge')
  save(
    @Granted() access: Access,
    @Param('id') id: string,
    @Param('step') name: string,
    @Body() body: unknown,
  ): Promise<Page | Redirect | Download> {
    const { actor } = access;
    const work = async ({ step: what, doneOn, link, to, reason }: StepForm): Promise<Redirect> => {
      const step = await this.step(id, name);
      if (what === 'chase') {
        if (actor.role === 'council') throw notYours();
        await this.notices.chase(actor, id, step.id);
        return new Redirect(paths.step(id, step.id));
      }
      if (what === 'done') {
        if (!doneOn) throw badField('/doneOn', 'Enter the day on which it was done, like 8 June 2027');
        requireOwn(actor.role, step);
        await this.clock.record(actor, id, step.id, { doneOn, link: link ?? null });
      } else {
        if (!to) throw badField('/to', 'Enter the new day like 8 June 2027');
        if (!reason) throw badField('/reason', 'Enter the reason');
        if (actor.role === 'council') throw notYours();
        await this.clock.move(actor, id, step.id, to, reason);
      }
      return new Redirect(paths.challenge(id));
    };
    return submit(StepForm, body, work, (again) => this.show(access, id, name, again));
  }

  private async step(id: string, name: string): Promise<ClockStep> {
    if (!Object.hasOwn(STEPS, name)) throw notFound('step');
    const found = (await this.clock.of(id, this.time.today())).find((one) => one.id === (name as StepId));
    if (!found) throw notFound('step');
    return found;
  }
}

const notYours = (): Problem =>
  new Problem(403, 'not-allowed', 'This step is not the council’s; its principal adviser writes it down.');

/** A council writes down what it owes itself. */
export function requireOwn(role: string, { owner }: Pick<ClockStep, 'owner'>): void {
  if (role === 'council' && owner !== 'council') throw notYours();
}
