import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { programmeYearName } from '../../calendar/programme-year.js';
import { actorNames } from '../../people/actor-names.js';
import { Allow, Granted, type Access } from '../../people/access.js';
import { scopeOf } from '../../people/permissions.js';
import { Choice, QueryInt, Text } from '../../web/fields.js';
import { FRESH, Says, submit, type Again } from '../../web/forms.js';
import { type Download, Page, Redirect } from '../../web/pages.js';
import { paths } from '../../web/paths.js';
import { countedChallenges } from './counted-visits.js';
import { SOURCES, type Source } from './measure.entity.js';
import {
  COLOURS,
  COLOUR_RULES,
  COUNTINGS,
  DIRECTIONS,
  type Colour,
  type ColourRule,
  type Counting,
  type Direction,
} from './colour.js';
import { MeasuresService, type MeasureFacts } from './measures.service.js';
import { readYear } from '../programme-years.js';
import { sayMeasure } from '../report/report.js';
import { ReportService } from '../report/report.service.js';
import { Database } from '../../database/database.js';

type Answer = Promise<Page | Redirect | Download>;

const MOST = 1_000_000;

class MeasureForm {
  @Says('Enter a name') @Text({ max: 200 }) name: string;
  @Says('Enter a whole number from 0') @QueryInt({ optional: true, min: 0, max: MOST }) target?: number;
  @Says('Choose at least or at most') @Choice(DIRECTIONS) direction: Direction;
  @Says('Choose where figures come from') @Choice(SOURCES) source: Source;
  @Says('Choose how quarters make a total') @Choice(COUNTINGS) counting: Counting;
  @Says('Choose the rule of its colour') @Choice(COLOUR_RULES) colourRule: ColourRule;
  @Choice(COLOURS, { optional: true }) colour?: Colour;
  @Text({ optional: true, max: 500 }) colourReason?: string;
  @Says('Enter a whole number from 0') @QueryInt({ optional: true, min: 0, max: MOST }) confirmed?: number;
  @Says('Enter a whole number from 0') @QueryInt({ optional: true, min: 0, max: MOST }) inDiscussion?: number;
  @Text({ optional: true, max: 2000 }) comment?: string;
}

class NewForm extends MeasureForm {
  @Says('Enter a key of small letters, digits and hyphens')
  @Text({ max: 40, pattern: /^[a-z][a-z0-9-]*$/ })
  key: string;
}

class ChangeForm extends MeasureForm {
  @QueryInt({ min: 1, max: 2_147_483_647 }) version: number;
}

class FigureForm {
  @QueryInt({ min: 1, max: 4 }) quarter: 1 | 2 | 3 | 4;
  @Says('Enter a whole number, n/a, or nothing')
  @Text({ optional: true, max: 10, pattern: /^(\d{1,7}|n\/a)$/i })
  value?: string;
  @Text({ optional: true, max: 4000 }) councils?: string;
  @Says('Enter where it comes from') @Text({ max: 2000 }) source: string;
}

/** Measures: what they are, and the figures that people enter. */
@Controller()
export class MeasurePages {
  constructor(
    private readonly measures: MeasuresService,
    private readonly reports: ReportService,
    private readonly db: Database,
  ) {}

  @Get('programme/:year/measures/new')
  @Allow('programme.write')
  blank(@Param('year') text: string, again: Again = FRESH): Promise<Page> {
    const year = readYear(text);
    const model = {
      year,
      line: null,
      measure: {},
      mayWrite: true,
      action: `${paths.programmeOf(year)}/measures/new`,
    };
    return Promise.resolve(
      new Page('programme/measures/views/measure.njk', {
        title: `A measure of ${programmeYearName(year)}`,
        ...model,
        ...again,
      }),
    );
  }

  @Post('programme/:year/measures/new')
  @Allow('programme.write')
  add(@Granted() { actor }: Access, @Param('year') text: string, @Body() body: unknown): Answer {
    const work = async ({ key, ...form }: NewForm): Promise<Redirect> => {
      const { id } = await this.measures.add(actor, readYear(text), { ...factsOf(form), key });
      return new Redirect(paths.measure(id));
    };
    return submit(NewForm, body, work, (again) => this.blank(text, again));
  }

  @Get('measures/:id')
  @Allow('programme.read', 'measure')
  async one(@Granted() { actor }: Access, @Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const measure = await this.measures.get(id);
    const { year } = measure;
    const lines = await this.reports.lines(
      year,
      this.db.today(),
      await countedChallenges(this.db.manager, year),
    );
    const line = lines.find((one) => one.id === id);
    const history = await this.measures.history(id);
    const names = await actorNames(
      this.db,
      history.map((one) => one.actor),
    );
    const model = {
      year,
      measure,
      line,
      report: { year },
      words: line && sayMeasure(line),
      history: history.map((one) => ({ ...one, by: names.get(one.actor) })),
      mayWrite: scopeOf(actor.role, 'programme.write') !== undefined,
      action: paths.measure(id),
    };
    return new Page('programme/measures/views/measure.njk', { title: measure.name, ...model, ...again });
  }

  @Post('measures/:id')
  @Allow('programme.write', 'measure')
  change(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ version, ...form }: ChangeForm): Promise<Redirect> => {
      await this.measures.change(access.actor, id, version, factsOf(form));
      return new Redirect(paths.measure(id));
    };
    return submit(ChangeForm, body, work, (again) => this.one(access, id, again));
  }

  @Post('measures/:id/figures')
  @Allow('programme.write', 'measure')
  enter(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ quarter, value = '', councils = '', source }: FigureForm): Promise<Redirect> => {
      const notApplicable = value.toLowerCase() === 'n/a';
      const entered = value === '' || notApplicable ? null : Number(value);
      const codes = councils.split(/\s+/).filter((code) => code !== '');
      await this.measures.enter(access.actor, id, {
        quarter,
        value: entered,
        notApplicable,
        councils: codes,
        comment: source,
      });
      return new Redirect(paths.measure(id));
    };
    return submit(FigureForm, body, work, (again) => this.one(access, id, again));
  }
}

function factsOf({
  target,
  colour,
  colourReason,
  confirmed,
  inDiscussion,
  comment,
  ...rest
}: MeasureForm): Omit<MeasureFacts, 'key'> {
  return {
    ...rest,
    target: target ?? null,
    colour: colour ?? null,
    colourReason: colourReason ?? null,
    confirmed: confirmed ?? null,
    inDiscussion: inDiscussion ?? null,
    comment: comment ?? '',
  };
}
