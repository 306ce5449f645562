import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { Allow, Granted, type Access } from '../people/access.js';
import { kindKey, type Clock, type Kind, type Policies } from '../policy/content.js';
import { PolicyService } from '../policy/policy.service.js';
import { Choice, Free, Int, QueryInt, Text } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { PolicyPreview, type PreviewLine } from './policy-preview.js';

type Answer = Promise<Page | Redirect | Download>;

const Whole =
  (min: number, max: number): PropertyDecorator =>
  (target, property) => {
    Transform(({ value }) => Number(value))(target, property);
    Int({ min, max })(target, property);
  };

class KindForm {
  @QueryInt({ min: 1, max: 2_147_483_647 }) version: number;
  @Says('Enter the name') @Text({ max: 100 }) name: string;
  @Says('Enter days from 1 to 5') @Whole(1, 5) days: number;
  @Says('Enter days from 1 to 5') @Whole(1, 5) daysMin: number;
  @Says('Enter days from 1 to 5') @Whole(1, 5) daysMax: number;
  @Says('Enter working days from 1 to 60') @Whole(1, 60) objectionWorkingDays: number;
  @Says('Enter days from 1 to 90') @Whole(1, 90) invitationDays: number;
  @Choice(['yes'], { optional: true }) secondApproval?: 'yes';
  @Choice(['yes'], { optional: true }) accreditation?: 'yes';
  @Choice(['yes'], { optional: true }) preElectionRefuses?: 'yes';
  @Text({ optional: true, max: 5000 }) coreQuestions?: string;
  @Text({ optional: true, max: 500 }) measures?: string;
  @Free() clock: Record<string, string>;
  @Says('Enter why') @Text({ max: 500 }) reason: string;
  @Choice(['preview', 'save']) step: 'preview' | 'save';
}

class WeightsForm {
  @QueryInt({ min: 1, max: 2_147_483_647 }) version: number;
  @Free() weights: Record<string, string>;
  @Says('Enter why') @Text({ max: 500 }) reason: string;
  @Choice(['preview', 'save']) step: 'preview' | 'save';
}

/** Steps of the clock as people say them. */
const CLOCK: Record<keyof Clock, string> = {
  scopeMonthsBefore: 'Scope, months before (empty: none)',
  papersDaysBefore: 'Papers, days before',
  teamCallDaysBefore: 'Team call, days before',
  draftReportDays: 'Draft report, days after (empty: none)',
  accuracyDays: 'Answer on its accuracy, days after the draft (empty: none)',
  reportMonths: 'Report, months after',
  actionPlanMonths: 'Action plan, months after (empty: none)',
  checkInMonths: 'Check-in without a visit, months after (empty: none)',
  impactMonths: 'Question what it changed, months after (empty: none)',
  progressReviewMonths: 'Progress review, months after (empty: none)',
  reviewReportMonths: 'Report of the review, months after (empty: none)',
  nextWithinMonths: 'Next one within months (empty: no cycle)',
};

/** The catalogue of kinds and the weights of the score: changed without a release, with a look at what that would do. */
@Controller('kinds')
export class PolicyPages {
  constructor(
    private readonly policy: PolicyService,
    private readonly preview: PolicyPreview,
  ) {}

  @Get()
  @Allow('policy.write')
  async list(): Promise<Page> {
    return new Page('proposals/views/kinds.njk', { title: 'Kinds and policy', kinds: await this.policy.kinds() });
  }

  @Get('weights')
  @Allow('policy.write')
  async weights(again: Again = FRESH, lines: PreviewLine[] | null = null): Promise<Page> {
    const { content, version } = await this.policy.item('weights');
    const typed = again.input.weights as Record<string, string> | undefined;
    const shown = Object.entries(content as Policies['weights']).map(([name, value]) => ({
      name,
      label: wordsOf(name),
      value: typed?.[name] ?? (Array.isArray(value) ? value.join(', ') : String(value)),
    }));
    return new Page('proposals/views/weights.njk', {
      title: 'Weights of the score',
      shown,
      version,
      lines,
      history: await this.policy.history('weights'),
      ...again,
    });
  }

  @Post('weights')
  @Allow('policy.write')
  saveWeights(@Granted() { actor }: Access, @Body() body: unknown): Answer {
    const work = async ({ version, weights, reason, step }: WeightsForm): Promise<Page | Redirect> => {
      const { content: now } = await this.policy.item('weights');
      const content = Object.fromEntries(
        Object.keys(now).map((name) => [name, name === 'repeat' ? numbers(weights[name]) : numberOf(weights[name])]),
      );
      if (step === 'preview')
        return this.weights(
          { input: { weights, reason }, errors: [] },
          await this.preview.of({ weights: content as unknown as Policies['weights'] }),
        );
      await this.policy.put(actor, 'weights', content, reason, version);
      return new Redirect(paths.kinds);
    };
    return submit(WeightsForm, body, work, (again) => this.weights(again));
  }

  @Get(':kind')
  @Allow('policy.write')
  async kind(@Param('kind') id: string, again: Again = FRESH, lines: PreviewLine[] | null = null): Promise<Page> {
    const { content, version } = await this.policy.item(kindKey(id));
    const kind = content as Kind;
    const typed = again.input.clock as Record<string, string> | undefined;
    const clock = Object.entries(CLOCK).map(([name, label]) => ({
      name,
      label,
      value: typed?.[name] ?? String(kind.clock[name as keyof Clock] ?? ''),
    }));
    return new Page('proposals/views/kind.njk', {
      title: kind.name,
      id,
      kind,
      version,
      clock,
      lines,
      history: await this.policy.history(kindKey(id)),
      ...again,
    });
  }

  @Post(':kind')
  @Allow('policy.write')
  save(@Granted() { actor }: Access, @Param('kind') id: string, @Body() body: unknown): Answer {
    const work = async (form: KindForm): Promise<Page | Redirect> => {
      const kind = (await this.policy.item(kindKey(id))).content as Kind;
      const content = changed(kind, form);
      if (form.step === 'preview')
        return this.kind(id, { input: { ...form }, errors: [] }, await this.preview.of({ kind: { id, content } }));
      await this.policy.put(actor, kindKey(id), content, form.reason, form.version);
      return new Redirect(paths.kinds);
    };
    return submit(KindForm, body, work, (again) => this.kind(id, again));
  }
}

function changed(kind: Kind, form: KindForm): Kind {
  const { name, days, daysMin, daysMax, objectionWorkingDays, invitationDays } = form;
  const clock = Object.fromEntries(
    Object.keys(CLOCK).map((step) => [step, form.clock[step] ? numberOf(form.clock[step]) : null]),
  ) as unknown as Clock;
  return {
    ...kind,
    ...{ name, days, daysMin, daysMax, objectionWorkingDays, invitationDays, clock },
    measures: (form.measures ?? '').split(/[\s,]+/).filter((key) => key !== ''),
    secondApproval: form.secondApproval === 'yes',
    accreditation: form.accreditation === 'yes',
    preElectionRefuses: form.preElectionRefuses === 'yes',
    coreQuestions: (form.coreQuestions ?? '')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  };
}

/** What is no number stays what it is: the check of the content says so at its field. */
const numberOf = (text: string | undefined): number | string =>
  text !== undefined && /^-?\d{1,9}$/.test(text.trim()) ? Number(text) : (text ?? '');
const numbers = (text: string | undefined): (number | string)[] => (text ?? '').split(',').map((part) => numberOf(part.trim()));
const wordsOf = (name: string): string =>
  name
    .replace(/([A-Z0-9_]+)/g, ' $1')
    .replaceAll('_', '.')
    .toLowerCase();
