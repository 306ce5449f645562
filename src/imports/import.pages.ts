import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { readSpan } from '../calendar/dates.js';
import { sayDay } from '../calendar/phrases.js';
import { type Access, Allow, Granted, Proved } from '../people/access.js';
import { upperFirst } from '../english/words.js';
import { NOTES, writeCsv } from '../web/csv.js';
import type { FieldError } from '../web/problems.js';
import { sendProgress } from '../web/events.js';
import { Choice, Text } from '../web/fields.js';
import { FRESH, submit, type Again } from '../web/forms.js';
import { pageOf } from '../web/lists.js';
import { Download, Page, Redirect } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { didWords, faultWords, importWords, progressWords, wouldWords, stayWords } from './import-words.js';
import type { Import } from './import.entity.js';
import { KEPT_DAYS, ImportsService } from './imports.service.js';
import { Lists } from './lists.js';

class StepForm {
  @Choice(['enter', 'undo', 'stop']) step: 'enter' | 'undo' | 'stop';
  /** Of what was looked at. */
  @Text({ optional: true, max: 40 }) digest?: string;
}

const KINDS = ['added', 'changed', 'gone'];
const PATIENCE_MS = 8000;
/** How many faults are shown; all are in the file. */
const MOST_FAULTS = 200;

/** One file that was brought: what it would do, row by row, and what became of it. Only whoever brought it sees it. */
@Controller('imports/:import')
export class ImportPages {
  constructor(
    private readonly imports: ImportsService,
    private readonly lists: Lists,
  ) {}

  @Get()
  @Proved()
  @Allow('files.import')
  async page(
    @Granted() { actor }: Access,
    @Param('import') id: string,
    @Query() query: Record<string, unknown>,
    again: Again = FRESH,
  ): Promise<Page> {
    const one = await this.imports.one(actor, id);
    const list = this.lists.named(one.list);
    const kind = KINDS.find((known) => known === query.show) ?? '';
    const paging = pageOf(query);
    const { rows: faults } = one.state === 'refused' ? await this.imports.faults(id) : { rows: [] };
    return new Page('imports/views/import.njk', {
      title: titleOf(one, list.text, list.about?.(one.about) ?? spanWords(one.about)),
      import: one,
      isAtWork: one.isAtWork,
      progress: progressWords(one),
      would: wouldWords(one.counts),
      stay: stayWords(one.counts),
      did: didWords(one.counts),
      stands: upperFirst(importWords(one)),
      // The title says already that nothing was imported.
      why: upperFirst(one.told.replace('Nothing was imported: ', '')),
      list: list.text,
      besides: list.besides ?? '',
      undo: one.told === '' ? 'Undo it' : 'Try again to undo it',
      enter: countOf(one, '') > 0 ? `Enter it: ${wouldWords(one.counts)}` : 'Enter it',
      mayEnter: countOf(one, '') > 0 || one.told !== '',
      changes: await this.imports.changes(id, kind, paging.skip, paging.take),
      count: countOf(one, kind),
      filters: { show: kind },
      paging,
      faults: faults.slice(0, MOST_FAULTS).map(({ fault }) => faultWords(fault)),
      faultCount: faults.length,
      mayUndo: this.imports.mayUndo(one),
      keptDays: KEPT_DAYS,
      ...again,
    });
  }

  @Get('events')
  @Allow('files.import')
  async events(
    @Granted() { actor }: Access,
    @Param('import') id: string,
    @Res() response: Response,
  ): Promise<void> {
    await this.imports.one(actor, id);
    await sendProgress(response, async () => {
      const one = await this.imports.one(actor, id);
      return { phase: progressWords(one), done: !one.isAtWork };
    });
  }

  @Get('faults.csv')
  @Proved()
  @Allow('files.import')
  async faultsCsv(@Granted() { actor }: Access, @Param('import') id: string): Promise<Download> {
    const { list } = await this.imports.one(actor, id);
    const { header, rows } = await this.imports.faults(id);
    const names = header.map((name, at) => (name === '' ? `cell ${String(at + 1)}` : name));
    return new Download(
      writeCsv([...NOTES, ...names], faultLines(names, rows)),
      'text/csv; charset=utf-8',
      `faults-${list}.csv`,
    );
  }

  @Post()
  @Proved()
  @Allow('files.import')
  async go(
    @Granted() access: Access,
    @Param('import') id: string,
    @Body() body: unknown,
  ): Promise<Page | Redirect | Download> {
    const { actor } = access;
    await this.imports.one(actor, id);
    const work = async ({ step, digest = '' }: StepForm): Promise<Redirect> => {
      if (step === 'enter') await this.imports.enter(actor, id, digest);
      else await this.imports[step](actor, id);
      await this.imports.settled(actor, id, PATIENCE_MS);
      return new Redirect(paths.import(id));
    };
    return submit(StepForm, body, work, (again) => this.page(access, id, {}, again));
  }
}

/** Of a file that stands for all between two days: which. */
function spanWords(about: string): string | undefined {
  const span = readSpan(about);
  return span ? `in place of all from ${sayDay(span.from)} to ${sayDay(span.to)}` : undefined;
}

const titleOf = ({ state }: Import, list: string, about: string | undefined): string => {
  const what = about === undefined ? list : `${list}, ${about}`;
  return state === 'refused' || state === 'failed' ? `Nothing was imported: ${what}` : `A file: ${what}`;
};

function countOf({ counts }: Import, kind: string): number {
  const { added = 0, changed = 0, gone = 0 } = counts ?? {};
  return { added, changed, gone }[kind] ?? added + changed + gone;
}

/** A line for each row at fault, with all that is wrong with it before its own cells. */
function faultLines(
  names: readonly string[],
  rows: readonly { fault: FieldError; cells: string[] }[],
): Record<string, string>[] {
  const lines = new Map<string, Record<string, string>>();
  for (const { fault, cells } of rows) {
    const [row = '', column] = fault.pointer.replace(/^row /, '').split(', ');
    const said = column ? `${column}: ${fault.detail}` : fault.detail;
    const line = lines.get(row);
    if (line) line.fault = `${line.fault ?? ''}; ${said}`;
    else
      lines.set(row, {
        row,
        fault: said,
        ...Object.fromEntries(names.map((name, n) => [name, cells[n] ?? ''])),
      });
  }
  return [...lines.values()];
}
