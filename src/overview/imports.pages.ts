import { NAMES } from './imports.service.js';
import { Body, Controller, Get, Post, UploadedFile } from '@nestjs/common';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { howRead, type ImportReport, uploaded } from '../web/imports.js';
import { Download, Page, type Redirect } from '../web/pages.js';
import { CouncilImports, FILES, type FileName, PastImports, PeopleImports } from './imports.service.js';
import { type Access, Allow, Granted, Noted, Proved } from '../people/access.js';
import { headerOf, isColumn } from '../web/csv.js';
import { Choice } from '../web/fields.js';
import { badField } from '../web/problems.js';

class ImportForm {
  @Says('Choose what the file holds') @Choice(NAMES) what: FileName;
  @Choice(['check', 'import']) step: 'check' | 'import';
}

/** Files of the programme office, in and out by the same columns. */
@Controller('imports')
export class ImportPages {
  constructor(
    private readonly people: PeopleImports,
    private readonly councils: CouncilImports,
    private readonly past: PastImports,
  ) {}

  @Get()
  @Proved()
  @Allow('peers.write')
  async form(again: Again = FRESH, report: (ImportReport & { read: string }) | null = null): Promise<Page> {
    const files = NAMES.map((name) => ({ name, ...FILES[name] }));
    const waiting = await this.past.waiting();
    return new Page('overview/views/imports.njk', { title: 'Imports', files, report, waiting, ...again });
  }

  /** All or nothing; checked first where one only wants to know. */
  @Post()
  @Proved()
  @Allow('peers.write')
  import(
    @Granted() access: Access,
    @Body() body: unknown,
    @UploadedFile() file?: { buffer: Buffer },
  ): Promise<Page | Redirect | Download> {
    const work = async ({ what, step }: ImportForm): Promise<Page> => {
      const imports = { ...this.people.imports, ...this.councils.imports, ...this.past.imports };
      const sent = await uploaded(file);
      requireKind(what, sent.text);
      const report = await imports[what](access, sent.text, step === 'check');
      return this.form({ input: { what }, errors: [] }, { ...report, read: howRead(sent) });
    };
    return submit(ImportForm, body, work, (again) => this.form(again));
  }

  @Get('councils.csv')
  @Allow('peers.write')
  async councilsCsv(): Promise<Download> {
    return new Download(await this.councils.councilsFile(), 'text/csv; charset=utf-8', 'councils.csv');
  }

  @Get('history.csv')
  @Proved()
  @Noted('people.exported')
  @Allow('peers.write')
  async historyCsv(): Promise<Download> {
    return new Download(await this.past.challengesFile(), 'text/csv; charset=utf-8', 'history.csv');
  }

  @Get('past-seats.csv')
  @Proved()
  @Noted('people.exported')
  @Allow('peers.write')
  async pastSeatsCsv(): Promise<Download> {
    return new Download(await this.past.seatsFile(), 'text/csv; charset=utf-8', 'past-seats.csv');
  }

  @Get('availability.csv')
  @Proved()
  @Noted('people.exported')
  @Allow('peers.write')
  async availabilityCsv(): Promise<Download> {
    return new Download(await this.people.availabilityFile(), 'text/csv; charset=utf-8', 'availability.csv');
  }
}

/** Throws a 400 for a file that is plainly of another kind, by its header. */
function requireKind(what: FileName, text: string): void {
  const header = headerOf(text);
  const unknownIn = (name: FileName): number =>
    header.filter((one) => !isColumn(FILES[name].columns, one)).length;
  const other = NAMES.find((name) => unknownIn(name) === 0);
  if (header.length > 0 && unknownIn(what) > 0 && other)
    throw badField(
      '/what',
      `this file looks like “${FILES[other].text}”, and “${FILES[what].text}” was chosen; choose the kind that it is, or another file`,
    );
}
