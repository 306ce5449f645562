import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { Transform } from 'class-transformer';
import type { Response } from 'express';
import { DataSource, In } from 'typeorm';
import { londonDate } from '../calendar/dates.js';
import { programmeYear, programmeYearName, programmeYearRange } from '../calendar/programme-year.js';
import type { PlanAnswer } from '../matching/files/plan-answer.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { scopeOf, type Action } from '../people/policy-table.js';
import { PolicyService } from '../policy/policy.service.js';
import { wordsOf } from '../policy/words.js';
import { Proposal } from '../proposals/proposal.entity.js';
import { sameSeats } from '../proposals/planned-teams.service.js';
import { fallWords, relaxationWords } from '../proposals/seat-choices.js';
import { sendProgress } from '../web/events.js';
import { QueryInt, Uuids } from '../web/fields.js';
import { FRESH, listOf, Says, submit, type Again } from '../web/forms.js';
import { textOf } from '../web/lists.js';
import { Download, Page, Redirect } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { calendarOf, gapWords, seatsWords, type Entry } from './plan-calendar.js';
import type { PlanRequest } from './plan-request.entity.js';
import type { AssignmentView } from './plans.dto.js';
import { PlansService } from './plans.service.js';
import { comparePlans, PlanNames, viewAccepted, viewPlan } from './plans.views.js';
import { readYear } from './programme-years.js';

type Answer = Promise<Page | Redirect | Download>;

const GAP = 0.005;
const SHOWN_RECRUITS = 8;

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
    private readonly policy: PolicyService,
    private readonly source: DataSource,
  ) {}

  @Get('plan')
  @Allow('plans.read')
  thisYear(@Granted() access: Access): Promise<Page> {
    return this.year(access, String(programmeYear(londonDate(new Date()))));
  }

  @Get('programme/:year/plan')
  @Allow('plans.read')
  async year(@Granted() { actor }: Access, @Param('year') text: string, again: Again = FRESH): Promise<Page> {
    const year = readYear(text);
    const requests = await this.plans.ofYear(year);
    const may = (action: Action): boolean => scopeOf(actor.role, action) !== undefined;
    const model = { year, requests, live: requests.find(isRunning), mayMake: may('plans.make'), seesProgramme: may('programme.read') };
    return new Page('programme/views/plans.njk', { title: `The plan of ${programmeYearName(year)}`, ...model, ...again });
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
    if (!request.plan || isRunning(request))
      return new Page('programme/views/plan-progress.njk', { title, request, running: isRunning(request), mayMake, ...again });
    const others = (await this.plans.ofYear(request.year)).filter((one) => one.plan && one.id !== id);
    const model = {
      request,
      mayMake,
      others,
      ...(await this.picture(request, request.plan)),
      ...(await this.comparison(request, textOf(query.with), others)),
    };
    return new Page('programme/views/plan.njk', { title, ...model, ...again });
  }

  @Get('plans/:id/events')
  @Allow('plans.read', 'plan request')
  async events(@Param('id') id: string, @Res() response: Response): Promise<void> {
    await sendProgress(response, async () => {
      const request = await this.plans.get(id);
      return { phase: phaseOf(request), done: !isRunning(request) };
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
      const accepted = await this.plans.accept(access.actor, id, challenges);
      const names = await PlanNames.of(
        this.source,
        accepted.map(({ challengeId }) => challengeId),
        [],
      );
      const { year } = await this.plans.get(id);
      const rows = accepted.map((one) => viewAccepted(one, names));
      return new Page('programme/views/plan-accepted.njk', { title: 'The plan is accepted', rows, year, id });
    };
    return submit(AcceptForm, body, work, (again) => this.one(access, id, {}, again));
  }

  /** What the plan places, what stays unplaced and why, the load, whom to recruit. */
  private async picture({ challengeIds, year }: PlanRequest, plan: PlanAnswer) {
    const names = await PlanNames.of(this.source, challengeIds, [plan]);
    const view = viewPlan(plan, names);
    const words = await wordsOf(this.policy);
    const weights = await this.policy.get('weights');
    const placed = view.assignments.filter(({ firstDay }) => firstDay !== null);
    const regions = await this.regions(challengeIds);
    const planned = placed.map(({ challengeId, council, firstDay, seats }): Entry => ({
      ...{ challengeId, council, region: regions.get(challengeId) ?? '', firstDay: firstDay ?? '', fixed: false },
      seats: seats.length,
      filled: seats.filter(({ peerId }) => peerId !== null).length,
    }));
    const blocked = view.blocked.map((one) => ({
      ...{ ...one, falls: fallWords(one.falls) },
      relaxations: one.relaxations.map(({ change, peers }) => ({ change: relaxationWords(change, words), peers })),
    }));
    return {
      gap: gapWords(plan, weights.unfilled + weights.base),
      view,
      calendar: calendarOf([...planned, ...(await this.fixed(year, challengeIds))]),
      unplaced: view.assignments.filter(({ firstDay }) => firstDay === null),
      blocked,
      twice: busiest(plan, names),
      placed,
      acceptable: await this.acceptable(plan, placed),
      recruits: view.recruit.slice(0, SHOWN_RECRUITS).map((one) => ({
        ...one,
        who: one.positions.map(words.position).join(' or '),
        worth: seatsWords(one.gain, weights.unfilled + weights.base),
        skills: Object.entries(one.skills)
          .map(([skill, level]) => `${words.skill(skill)} ${String(level)}`)
          .join(', '),
      })),
    };
  }

  /** What accepting would propose: not what is agreed just so; and unticked where another team is agreed. */
  private async acceptable({ assignments }: PlanAnswer, placed: AssignmentView[]) {
    const agreed = await this.source.manager.findBy(Proposal, {
      challengeId: In(placed.map(({ challengeId }) => challengeId)),
      state: 'agreed',
    });
    return placed.flatMap(({ challengeId, council, firstDay }) => {
      const own = agreed.find((one) => one.challengeId === challengeId);
      const planned = assignments.find(({ challenge }) => challenge === challengeId);
      if (own && planned?.window === own.windowId && sameSeats(own.seats, planned.seats)) return [];
      return [{ challengeId, council, firstDay, agreed: own !== undefined }];
    });
  }

  private async comparison({ plan }: PlanRequest, withId: string, others: PlanRequest[]) {
    const other = others.find(({ id }) => id === withId);
    if (!other?.plan || !plan) return { comparison: null, withId: '' };
    const ids = [...plan.assignments, ...other.plan.assignments].map(({ challenge }) => challenge);
    const names = await PlanNames.of(this.source, ids, [plan, other.plan]);
    return { comparison: comparePlans(other.plan, plan, names), withId };
  }

  private async regions(ids: string[]): Promise<Map<string, string>> {
    const rows = await this.source.query<{ id: string; region: string | null }[]>(
      'SELECT c.id, h.region FROM challenges c JOIN councils h ON h.id = c.council_id WHERE c.id = ANY($1)',
      [ids],
    );
    return new Map(rows.map(({ id, region }) => [id, region ?? 'other']));
  }

  /** Challenges of the year whose days are fixed already. */
  private fixed(year: number, planned: string[]): Promise<Entry[]> {
    const { from, to } = programmeYearRange(year);
    return this.source.query(
      `SELECT c.id AS "challengeId", h.name AS council, coalesce(h.region, 'other') AS region, c.first_day::text AS "firstDay", true AS fixed, jsonb_array_length(c.seats) AS seats,
         (SELECT count(*)::int FROM bookings b WHERE b.challenge_id = c.id AND b.live) AS filled
       FROM challenges c JOIN councils h ON h.id = c.council_id
       WHERE c.first_day BETWEEN $1 AND $2 AND c.state NOT IN ('postponed', 'cancelled', 'stood_down') AND c.id <> ALL($3) AND c.first_day > current_date - 7 ORDER BY c.first_day, h.name`,
      [from, to, planned],
    );
  }
}

const isRunning = ({ state }: PlanRequest): boolean => state === 'queued' || state === 'running';

function phaseOf({ phase, score, bound }: PlanRequest): string {
  return score === null || bound === null ? phase : `${phase}; ${String(score)} points so far, ${String(bound)} at the very most`;
}

/** Peers who serve more than once in the plan. */
function busiest(plan: PlanAnswer, names: PlanNames): { peer: string; times: number }[] {
  const times = new Map<string, number>();
  for (const { seats, window } of plan.assignments)
    for (const peer of Object.values(seats)) if (peer !== null && window !== null) times.set(peer, (times.get(peer) ?? 0) + 1);
  return [...times]
    .filter(([, n]) => n > 1)
    .map(([id, n]) => ({ peer: names.peer(id) ?? '', times: n }))
    .sort((a, b) => b.times - a.times || (a.peer < b.peer ? -1 : 1));
}
