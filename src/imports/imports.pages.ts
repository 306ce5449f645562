import { Body, Controller, Get, Param, Post, Query, UploadedFile } from '@nestjs/common';
import { readSpan } from '../calendar/dates.js';
import { sayMoment } from '../calendar/phrases.js';
import { PastSeatsCsv } from '../history/past-seats-csv.service.js';
import { type Access, Allow, Granted, Noted, Proved } from '../people/access.js';
import { Day, Text } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { uploaded } from '../web/imports.js';
import { textOf } from '../web/lists.js';
import { Download, Page, Redirect } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { badField, notFound } from '../web/problems.js';
import { WORKBOOK, workbookOf } from '../web/workbook-out.js';
import { wordsOfCells } from '../web/cells.js';
import { writeCsv } from '../web/csv.js';
import { Clock } from '../database/clock.js';
import { importWords } from './import-words.js';
import { ImportsService } from './imports.service.js';
import { Lists } from './lists.js';

class ImportForm {
  @Says('Choose what the file holds') @Text({ max: 40 }) what: string;
  @Text({ optional: true, max: 10 }) about?: string;
  @Says('Enter the first of the days like 3 November 2026, or leave both empty')
  @Day({ optional: true })
  from?: string;
  @Says('Enter the last of the days like 3 November 2026, or leave both empty')
  @Day({ optional: true })
  to?: string;
}

/** References that are told by name; there may be hundreds. */
const MOST_NAMED = 20;
/** How long a page waits for a check that takes no time, rather than say that it is on its way. */
const PATIENCE_MS = 4000;
const CSV = 'text/csv; charset=utf-8';

/** A file is brought here, for whatever list; and what is there is saved in the same columns. */
@Controller('imports')
export class ImportsPages {
  constructor(
    private readonly imports: ImportsService,
    private readonly lists: Lists,
    private readonly seats: PastSeatsCsv,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Proved()
  @Allow('files.import')
  async form(@Granted() { actor }: Access, @Query() query: object = {}, again: Again = FRESH): Promise<Page> {
    const { what, about } = { ...(query as Record<string, unknown>), ...again.input };
    const lists = this.lists.of(actor).map(([name, list]) => ({ ...list, name }));
    const [yearly] = lists.filter((one) => one.name === textOf(what) && one.about);
    const files = lists.filter((one) => !one.about || one === yearly);
    const year = yearly ? textOf(about) : '';
    return new Page('imports/views/imports.njk', {
      title: yearly?.about ? `${yearly.text} of ${yearly.about(year)} from a file` : 'Imports',
      files: files.map((one) => ({ ...one, saved: one.saved(year) })),
      choices: files.map(({ name, text }) => ({ value: name, text })),
      spans: files.some(({ span }) => span),
      year,
      latest: (await this.imports.latest(actor)).map((one) => ({
        id: one.id,
        text: this.lists.named(one.list).text,
        at: sayMoment(one.createdAt),
        words: importWords(one),
      })),
      waiting: waitingWords(await this.seats.waiting()),
      ...again,
      input: { what: textOf(what), ...readSpan(textOf(about)), ...again.input },
    });
  }

  @Post()
  @Proved()
  @Allow('files.import')
  async bring(
    @Granted() { actor }: Access,
    @Body() body: unknown,
    @UploadedFile() file?: { buffer: Buffer; originalname: string },
  ): Promise<Page | Redirect | Download> {
    const work = async (form: ImportForm): Promise<Redirect> => {
      const { what } = form;
      const allowed = this.lists.of(actor).map(([name]) => name);
      if (!allowed.includes(what)) throw badField('/what', `found "${what}"; allowed: ${allowed.join(', ')}`);
      const span = spanOf(form);
      if (span !== '' && !this.lists.named(what).span)
        throw badField('/from', 'found days; only a file of availability stands for all between two days');
      const about = span || (form.about ?? '');
      const sent = await uploaded(file, this.lists.sheetsOf(what));
      const { id } = await this.imports.receive(actor, what, about, sent, file?.originalname);
      await this.imports.settled(actor, id, PATIENCE_MS);
      return new Redirect(paths.import(id));
    };
    return submit(ImportForm, body, work, (again) => this.form({ actor, scope: 'all' }, {}, again));
  }

  @Get('councils.csv')
  @Allow('peers.write')
  councilsCsv(@Granted() access: Access): Promise<Download> {
    return this.file('councils', access);
  }

  @Get('history.csv')
  @Proved()
  @Noted('people.exported')
  @Allow('peers.write')
  historyCsv(@Granted() access: Access): Promise<Download> {
    return this.file('history', access);
  }

  @Get('past-seats.csv')
  @Proved()
  @Noted('people.exported')
  @Allow('peers.write')
  pastSeatsCsv(@Granted() access: Access): Promise<Download> {
    return this.file('past-seats', access);
  }

  @Get('availability.csv')
  @Proved()
  @Noted('people.exported')
  @Allow('peers.write')
  availabilityCsv(@Granted() access: Access): Promise<Download> {
    return this.file('availability', access);
  }

  /** An empty workbook for a list, with what its columns may hold. */
  @Get('templates/:list')
  @Allow('files.import')
  async template(
    @Granted() { actor }: Access,
    @Param('list') name: string,
    @Query() query: Record<string, unknown>,
  ): Promise<Download> {
    if (!this.lists.all.has(name)) throw notFound('list');
    const { columns, cells, text } = this.lists.named(name);
    const words = wordsOfCells(columns, await cells(this.lists.accessTo(actor, name), textOf(query.about)));
    const about = {
      name: name.replaceAll('-', ' '),
      filters: [`an empty list: ${text}`],
      savedAt: this.clock.now(),
    };
    return new Download(
      await workbookOf(writeCsv(columns, []), about, words),
      WORKBOOK,
      `${name}-template.xlsx`,
    );
  }

  private async file(name: string, access: Access): Promise<Download> {
    return new Download(await this.lists.named(name).export(access, ''), CSV, `${name}.csv`);
  }
}

/** The days that a file stands for whole; empty for none. Throws a 400 where only one of them is given, or they stand the wrong way round. */
function spanOf({ from = '', to = '' }: ImportForm): string {
  if (from === '' && to === '') return '';
  if (from === '') throw badField('/from', 'found nothing; allowed: the first of the days, or neither');
  if (to === '') throw badField('/to', 'found nothing; allowed: the last of the days, or neither');
  if (to < from) throw badField('/to', `found "${to}"; allowed: a day not before ${from}`);
  return `${from}/${to}`;
}

function waitingWords(references: readonly string[]): string {
  if (references.length === 0) return '';
  const more = references.length - MOST_NAMED;
  const named = references.slice(0, MOST_NAMED).join(', ');
  return `Seats or follow-ups name challenges of before this service that no file has brought yet: ${named}${more > 0 ? ` and ${String(more)} more` : ''}.`;
}
