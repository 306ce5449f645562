import { Body, Controller, Get, Post, UploadedFile, UseInterceptors } from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import { DataSource } from 'typeorm';
import { ChallengesCsvService } from '../challenges/challenges-csv.service.js';
import { CouncilsService, type ImportReport } from '../councils/councils.service.js';
import { openQueue } from '../jobs/queue.js';
import { PeersService } from '../peers/peers.service.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { Settings } from '../settings.js';
import { Choice } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Page, type Download, type Redirect } from '../web/pages.js';
import { badField } from '../web/problems.js';

class ImportForm {
  @Says('Choose what the file holds') @Choice(['peers', 'availability', 'councils', 'challenges']) what:
    'peers' | 'availability' | 'councils' | 'challenges';
  @Choice(['check', 'import']) step: 'check' | 'import';
}

const FAILED_SHOWN = 20;

/** What the programme office looks after: imports, and whether work and messages get done. */
@Controller()
export class OfficePages {
  constructor(
    private readonly peers: PeersService,
    private readonly councils: CouncilsService,
    private readonly challenges: ChallengesCsvService,
    private readonly settings: Settings,
    private readonly source: DataSource,
  ) {}

  @Get('imports')
  @Allow('peers.write')
  async form(again: Again = FRESH, report: ImportReport | null = null): Promise<Page> {
    return Promise.resolve(new Page('overview/views/imports.njk', { title: 'Imports', report, ...again }));
  }

  /** All or nothing; checked first where one only wants to know. */
  @Post('imports')
  @Allow('peers.write')
  @UseInterceptors(FileInterceptor('file', { limits: { fileSize: 10_000_000, files: 1 } }))
  import(@Granted() access: Access, @Body() body: unknown, @UploadedFile() file?: { buffer: Buffer }): Promise<Page | Redirect | Download> {
    const { actor } = access;
    const work = async ({ what, step }: ImportForm): Promise<Page> => {
      if (!file) throw badField('/file', 'choose a CSV file first');
      const csv = file.buffer.toString('utf8');
      const dryRun = step === 'check';
      const imports = {
        peers: () => this.peers.import(actor, csv, dryRun),
        availability: () => this.peers.importAvailability(actor, csv, dryRun),
        councils: () => this.councils.import(actor, csv, dryRun),
        challenges: () => this.challenges.import(access, csv, dryRun),
      };
      return this.form({ input: { what }, errors: [] }, await imports[what]());
    };
    return submit(ImportForm, body, work, (again) => this.form(again));
  }

  @Get('queue')
  @Allow('queue.read')
  async queue(): Promise<Page> {
    const queue = openQueue(this.settings);
    try {
      const counts = await queue.it.getJobCounts('waiting', 'active', 'delayed', 'completed', 'failed');
      const failed = (await queue.it.getFailed(0, FAILED_SHOWN - 1)).map(({ id, name, attemptsMade }) => ({ id, name, attemptsMade }));
      const messages = await this.source.query<{ state: string; count: string }[]>(
        'SELECT state, count(*) FROM messages GROUP BY state ORDER BY state',
      );
      return new Page('overview/views/queue.njk', { title: 'Queue', counts, failed, messages });
    } finally {
      await queue.close();
    }
  }
}
