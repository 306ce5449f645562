import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { programmeYearName } from '../../calendar/programme-year.js';
import { actorNames } from '../../people/actor-names.js';
import { Allow, Granted, type Access } from '../../people/access.js';
import { scopeOf } from '../../people/permissions.js';
import { FRESH, submit, type Again } from '../../web/forms.js';
import { type Download, Page, Redirect } from '../../web/pages.js';
import { paths } from '../../web/paths.js';
import { Database } from '../../database/database.js';
import { readYear } from '../programme-years.js';
import { chartOf } from '../report/report-charts.js';
import { figureOf, sayMeasure } from '../report/report-words.js';
import { asAtOf } from './as-at.js';
import { ChangeForm, choicesOf, factsOf, FigureForm, NewForm } from './measure-form.js';
import { MeasureLines } from './measure-lines.service.js';
import { MeasuresService } from './measures.service.js';

type Answer = Promise<Page | Redirect | Download>;

/** Measures: what they are, and the figures that people enter. */
@Controller()
export class MeasurePages {
  constructor(
    private readonly measures: MeasuresService,
    private readonly lines: MeasureLines,
    private readonly db: Database,
  ) {}

  @Get('programme/:year/measures/new')
  @Allow('programme.write')
  async blank(@Param('year') text: string, again: Again = FRESH): Promise<Page> {
    const year = readYear(text);
    const others = await this.measures.ofYear(year);
    const model = {
      year,
      line: null,
      measure: {},
      choices: choicesOf(others, null),
      themes: themesOf(others),
      mayWrite: true,
      action: `${paths.programmeOf(year)}/measures/new`,
    };
    return new Page('programme/measures/views/measure.njk', {
      title: `A measure of ${programmeYearName(year)}`,
      ...model,
      ...again,
    });
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
    const asAt = asAtOf(year, '', this.db.today());
    const line = (await this.lines.ofYear(year, asAt)).find((one) => one.id === id);
    const others = await this.measures.ofYear(year);
    const history = await this.measures.history(id);
    const names = await actorNames(
      this.db,
      history.map((one) => one.actor),
    );
    const model = {
      year,
      measure,
      line: line && {
        ...line,
        quarters: line.quarters.map((one) => ({ ...one, text: figureOf(line, one.value) })),
      },
      report: { year },
      words: line && sayMeasure(line),
      chart: line && chartOf(line),
      choices: choicesOf(others, measure.key),
      themes: themesOf(others),
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
      const { place, ...facts } = form;
      await this.measures.change(access.actor, id, version, {
        ...factsOf(facts),
        ...(place === undefined ? {} : { place }),
      });
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

/** The headings that a year has already. */
const themesOf = (measures: readonly { theme: string }[]): string[] => [
  ...new Set(measures.flatMap(({ theme }) => (theme === '' ? [] : [theme]))),
];
