import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { programmeYearName } from '../../calendar/programme-year.js';
import { Database } from '../../database/database.js';
import { actorNames } from '../../people/actor-names.js';
import { Allow, Granted, type Access } from '../../people/access.js';
import { scopeOf } from '../../people/permissions.js';
import { FRESH, submit, type Again } from '../../web/forms.js';
import { Download, Page, Redirect } from '../../web/pages.js';
import { paths } from '../../web/paths.js';
import { sayFigure } from '../measures/units.js';
import { asAtOf } from '../measures/as-at.js';
import { readYear } from '../programme-years.js';
import { AnnexFigureForm, ChangeLineForm, figureOf, lineFactsOf, NewLineForm } from './budget-forms.js';
import { BudgetCsv } from './budget-csv.service.js';
import { BudgetService } from './budget.service.js';
import { annexTable } from './annex-table.js';

type Answer = Promise<Page | Redirect | Download>;

/** The budget of a programme year: its lines, and what is said of them by quarter. */
@Controller()
export class BudgetPages {
  constructor(
    private readonly budget: BudgetService,
    private readonly files: BudgetCsv,
    private readonly db: Database,
  ) {}

  @Get('programme/:year/budget')
  @Allow('programme.read')
  async all(@Granted() { actor }: Access, @Param('year') text: string, again: Again = FRESH): Promise<Page> {
    const year = readYear(text);
    const annex = await this.budget.annex(year, asAtOf(year, '', this.db.today()));
    return new Page('programme/budget/views/budget.njk', {
      title: `Budget ${programmeYearName(year)}`,
      year,
      annex: annex && annexTable(annex, true),
      mayWrite: scopeOf(actor.role, 'programme.write') !== undefined,
      ...again,
    });
  }

  @Get('programme/:year/budget.csv')
  @Allow('programme.read')
  async csv(@Param('year') text: string): Promise<Download> {
    const csv = await this.files.export(readYear(text));
    return new Download(csv, 'text/csv; charset=utf-8', `budget-${text}.csv`);
  }

  @Post('programme/:year/budget')
  @Allow('programme.write')
  add(@Granted() access: Access, @Param('year') text: string, @Body() body: unknown): Answer {
    const work = async ({ key, ...form }: NewLineForm): Promise<Redirect> => {
      const { id } = await this.budget.add(access.actor, readYear(text), { key, ...lineFactsOf(form) });
      return new Redirect(paths.budgetLine(id));
    };
    return submit(NewLineForm, body, work, (again) => this.all(access, text, again));
  }

  @Get('budget-lines/:id')
  @Allow('programme.read', 'budget line')
  async one(@Granted() { actor }: Access, @Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const line = await this.budget.get(id);
    const entered = (await this.budget.entered([id])).reverse();
    const names = await actorNames(
      this.db,
      entered.map((one) => one.actor),
    );
    return new Page('programme/budget/views/line.njk', {
      title: line.name,
      line,
      said: sayFigure(line.budget, { unit: 'thousand_pounds', decimals: 0 }),
      history: entered.map((one) => ({ ...one, by: names.get(one.actor) })),
      mayWrite: scopeOf(actor.role, 'programme.write') !== undefined,
      ...again,
    });
  }

  @Post('budget-lines/:id')
  @Allow('programme.write', 'budget line')
  change(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ version, ...form }: ChangeLineForm): Promise<Redirect> => {
      await this.budget.change(access.actor, id, version, lineFactsOf(form));
      return new Redirect(paths.budgetLine(id));
    };
    return submit(ChangeLineForm, body, work, (again) => this.one(access, id, again));
  }

  @Post('budget-lines/:id/figures')
  @Allow('programme.write', 'budget line')
  enter(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async (form: AnnexFigureForm): Promise<Redirect> => {
      await this.budget.enter(access.actor, id, figureOf(form));
      return new Redirect(paths.budgetLine(id));
    };
    return submit(AnnexFigureForm, body, work, (again) => this.one(access, id, again));
  }
}
