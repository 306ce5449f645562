import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { Allow, Granted, scopeFor, type Access } from '../people/access.js';
import { QueryInt, Text } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { pageOf, textOf } from '../web/lists.js';
import { Download, Page, Redirect } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { badField } from '../web/problems.js';
import { CouncilsService } from './councils.service.js';
import { PicturesCsvService } from './pictures-csv.service.js';
import { SignalFacts } from './pictures.dto.js';
import { namesOf } from './names.js';
import { SignalsService } from './signals.service.js';
import { ReferenceService } from '../reference/reference.service.js';

type Answer = Promise<Page | Redirect | Download>;

class ReportForm extends SignalFacts {
  @Says('Choose the council') @Text({ max: 20 }) council: string;
}

class FollowForm {
  @QueryInt({ min: 1, max: 2_147_483_647 }) version: number;
  @Text({ optional: true, max: 1000 }) supportOffered?: string;
  @Text({ optional: true, max: 1000 }) outcome?: string;
}

/** Signals: read by those who are confided in; reported by others, who cannot browse them. */
@Controller()
export class SignalPages {
  constructor(
    private readonly signals: SignalsService,
    private readonly files: PicturesCsvService,
    private readonly councils: CouncilsService,
    private readonly reference: ReferenceService,
  ) {}

  @Get('signals')
  @Allow('signals.read')
  async list(@Granted() access: Access, @Query() query: Record<string, unknown>): Promise<Page> {
    const types = await this.reference.get('signals');
    const name = namesOf(types);
    const filters = { type: textOf(query.type) };
    const all = await this.signals.list(access, { type: filters.type || undefined });
    const paging = pageOf(query);
    const rows = all
      .slice(paging.skip, paging.skip + paging.take)
      .map((one) => ({ ...one, type: name(one.type) }));
    const mayWrite = scopeFor(access.actor, 'signals.write') !== undefined;
    const model = {
      rows,
      count: all.length,
      types,
      filters,
      paging,
      mayWrite,
    };
    return new Page('councils/views/signals.njk', { title: 'Signals', ...model, ...FRESH });
  }

  @Get('signals.csv')
  @Allow('signals.read')
  async csv(@Granted() access: Access): Promise<Download> {
    return new Download(await this.files.exportSignals(access), 'text/csv; charset=utf-8', 'signals.csv');
  }

  @Get('signals/report')
  @Allow('signals.report')
  async reportForm(again: Again = FRESH): Promise<Page> {
    const model = {
      types: await this.reference.get('signals'),
      councils: await this.councils.ofRegions(null),
      action: '/signals/report',
      signal: {},
    };
    return new Page('councils/views/signal.njk', {
      title: 'Report what you hear of a council',
      ...model,
      ...again,
    });
  }

  /** A lead member peer or a group office reports one; it goes to the region's adviser. */
  @Post('signals/report')
  @Allow('signals.report')
  report(@Granted() access: Access, @Body() body: unknown): Answer {
    const work = async ({ council: code, ...facts }: ReportForm): Promise<Page> => {
      const council = await this.councils.withCode(code);
      if (!council) throw badField('/council', 'choose the council');
      await this.signals.add(access, council.id, facts);
      const paragraphs = [
        `The principal adviser for ${council.name} can read it now. You cannot read it again yourself.`,
      ];
      return new Page('web/views/message.njk', {
        title: 'Thank you',
        paragraphs,
        links: [{ href: paths.home, text: 'Home' }],
      });
    };
    return submit(ReportForm, body, work, (again) => this.reportForm(again));
  }

  @Get('signals/:id')
  @Allow('signals.read', 'signal')
  async one(@Granted() { actor }: Access, @Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const signal = await this.signals.get(id);
    const name = namesOf(await this.reference.get('signals'));
    const model = {
      signal,
      type: name(signal.type),
      mayWrite: scopeFor(actor, 'signals.write') !== undefined,
    };
    return new Page('councils/views/signal-one.njk', {
      title: `${name(signal.type)}: ${signal.council?.name ?? ''}`,
      ...model,
      ...again,
    });
  }

  @Post('signals/:id')
  @Allow('signals.write', 'signal')
  follow(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ version, supportOffered, outcome }: FollowForm): Promise<Redirect> => {
      const { councilId } = await this.signals.follow(access.actor, id, version, {
        supportOffered: supportOffered ?? null,
        outcome: outcome ?? null,
      });
      return new Redirect(paths.council(councilId));
    };
    return submit(FollowForm, body, work, (again) => this.one(access, id, again));
  }

  @Get('councils/:id/signals/new')
  @Allow('signals.write', 'council')
  async blank(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const council = await this.councils.get(id);
    const model = {
      types: await this.reference.get('signals'),
      councils: null,
      action: `${paths.council(id)}/signals/new`,
      signal: {},
    };
    return new Page('councils/views/signal.njk', {
      title: `A signal about ${council.name}`,
      ...model,
      ...again,
    });
  }

  @Post('councils/:id/signals/new')
  @Allow('signals.write', 'council')
  add(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async (facts: SignalFacts): Promise<Redirect> => {
      await this.signals.add(access, id, facts);
      return new Redirect(paths.council(id));
    };
    return submit(SignalFacts, body, work, (again) => this.blank(id, again));
  }
}
