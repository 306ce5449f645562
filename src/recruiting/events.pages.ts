import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { addMonths } from '../calendar/dates.js';
import { Allow, Granted, type Access, Noted, Proved } from '../people/access.js';
import { scopeOf } from '../people/permissions.js';
import { Choice, Day, QueryInt, Text, Texts, Uuids } from '../web/fields.js';
import { FRESH, listOf, Says, submit, type Again } from '../web/forms.js';
import { writeCsv } from '../web/csv.js';
import { Download, Page, Redirect } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { EVENT_TYPES } from './event.entity.js';
import { evaluationOf } from './evaluation.js';
import { EventsCsvService } from './events-csv.service.js';
import { EventsService } from './events.service.js';
import { KindsService } from '../kinds/kinds.service.js';
import { Clock } from '../database/clock.js';

type Answer = Promise<Page | Redirect | Download>;

const SOON_MONTHS = 6;
const EXPIRY_COLUMNS = ['name', 'kind', 'expires_on'] as const;

class EventForm {
  @Says('Choose briefing or training') @Choice(EVENT_TYPES) type: (typeof EVENT_TYPES)[number];
  @Says('Enter a title') @Text({ max: 200 }) title: string;
  @Says('Enter the day like 11 February 2027') @Day() heldOn: string;
  @Text({ optional: true, max: 200 }) place?: string;
  @Transform(({ value }) => listOf(value)) @Texts({ optional: true, max: 50 }) kinds?: string[];
  @Says('Enter for how many months, from 1 to 120')
  @QueryInt({ optional: true, min: 1, max: 120 })
  validMonths?: number;
}

class PlacesForm {
  @Says('Enter addresses of peers, one a line') @Text({ max: 20_000 }) emails: string;
}

class GroupingForm {
  @Says('Choose a grouping') @Text({ max: 60 }) grouping: string;
}

const COUNT = { min: 0, max: 100_000 };

class EvaluationForm {
  @Says('Enter a whole number from 0') @QueryInt(COUNT) poor: number;
  @Says('Enter a whole number from 0') @QueryInt(COUNT) fair: number;
  @Says('Enter a whole number from 0') @QueryInt(COUNT) good: number;
  @Says('Enter a whole number from 0') @QueryInt(COUNT) excellent: number;
}

class CameForm {
  @Choice(['yes']) written: 'yes';
  @Transform(({ value }) => listOf(value)) @Uuids({ optional: true }) came?: string[];
}

/** Briefings and trainings; whose accreditation ends; who is new and waits for a shadow seat. */
@Controller('events')
export class EventPages {
  constructor(
    private readonly events: EventsService,
    private readonly files: EventsCsvService,
    private readonly kinds: KindsService,
    private readonly time: Clock,
  ) {}

  @Get()
  @Allow('recruiting.read')
  async list(@Granted() { actor }: Access, again: Again = FRESH): Promise<Page> {
    const today = this.time.today();
    const words = await this.kinds.words();
    const expiries = await this.events.expiries(today, addMonths(today, SOON_MONTHS));
    const model = {
      today,
      events: (await this.events.list()).map((one) => ({
        ...one,
        kinds: one.kinds.map(words.kind).join(', '),
        thought: sayEvaluation(one.scores),
      })),
      expiries: expiries.map((one) => ({ ...one, kind: words.kind(one.kind) })),
      newcomers: (await this.events.newcomers(today)).map((one) => ({
        ...one,
        positions: one.positions.map(words.position).join(', '),
      })),
      kinds: (await this.kinds.all()).filter(({ accreditation }) => accreditation),
      mayWrite: scopeOf(actor.role, 'recruiting.write') !== undefined,
    };
    return new Page('recruiting/views/events.njk', { title: 'Accreditation and events', ...model, ...again });
  }

  @Get('export.csv')
  @Allow('recruiting.read')
  async csv(): Promise<Download> {
    return new Download(await this.files.exportEvents(), 'text/csv; charset=utf-8', 'events.csv');
  }

  @Get('places.csv')
  @Proved()
  @Noted('people.exported')
  @Allow('recruiting.read')
  async placesCsv(): Promise<Download> {
    return new Download(await this.files.exportPlaces(), 'text/csv; charset=utf-8', 'event-places.csv');
  }

  @Get('expiries.csv')
  @Proved()
  @Noted('people.exported')
  @Allow('recruiting.read')
  async expiriesCsv(): Promise<Download> {
    const today = this.time.today();
    const rows = (await this.events.expiries(today, addMonths(today, SOON_MONTHS))).map(
      ({ name, kind, expiresOn }) => ({
        name,
        kind,
        expires_on: expiresOn,
      }),
    );
    return new Download(
      writeCsv(EXPIRY_COLUMNS, rows),
      'text/csv; charset=utf-8',
      'accreditations-ending.csv',
    );
  }

  @Post()
  @Allow('recruiting.write')
  add(@Granted() access: Access, @Body() body: unknown): Answer {
    const work = async ({ place, kinds, validMonths, ...form }: EventForm): Promise<Redirect> => {
      const { id } = await this.events.add(access.actor, {
        ...form,
        place: place ?? '',
        kinds: kinds ?? [],
        validMonths: validMonths ?? null,
      });
      return new Redirect(paths.event(id));
    };
    return submit(EventForm, body, work, (again) => this.list(access, again));
  }

  @Get(':id')
  @Allow('recruiting.read', 'event')
  async one(@Granted() { actor }: Access, @Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const event = await this.events.get(id);
    const words = await this.kinds.words();
    const places = await this.events.places(id);
    const model = {
      event,
      places,
      groupings: await this.events.groupings(),
      came: places.filter(({ attended }) => attended).length,
      held: event.heldOn <= this.time.today(),
      kinds: event.kinds.map(words.kind).join(', '),
      thought: sayEvaluation(event.scores),
      mayWrite: scopeOf(actor.role, 'recruiting.write') !== undefined,
    };
    return new Page('recruiting/views/event.njk', { title: event.title, ...model, ...again });
  }

  @Post(':id/places')
  @Allow('recruiting.write', 'event')
  give(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ emails }: PlacesForm): Promise<Redirect> => {
      await this.events.give(
        access.actor,
        id,
        emails.split(/[\s,;]+/).filter((email) => email !== ''),
      );
      return new Redirect(paths.event(id));
    };
    return submit(PlacesForm, body, work, (again) => this.one(access, id, again));
  }

  /** To everybody of councils that belong together. */
  @Post(':id/groupings')
  @Allow('recruiting.write', 'event')
  giveToGrouping(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ grouping }: GroupingForm): Promise<Redirect> => {
      await this.events.giveToGrouping(access.actor, id, grouping);
      return new Redirect(paths.event(id));
    };
    return submit(GroupingForm, body, work, (again) => this.one(access, id, again));
  }

  @Post(':id/evaluation')
  @Allow('recruiting.write', 'event')
  evaluate(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ poor, fair, good, excellent }: EvaluationForm): Promise<Redirect> => {
      await this.events.evaluate(access.actor, id, [poor, fair, good, excellent]);
      return new Redirect(paths.event(id));
    };
    return submit(EvaluationForm, body, work, (again) => this.one(access, id, again));
  }

  @Post(':id/attendance')
  @Allow('recruiting.write', 'event')
  came(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ came = [] }: CameForm): Promise<Redirect> => {
      await this.events.attended(access.actor, id, came);
      return new Redirect(paths.event(id));
    };
    return submit(CameForm, body, work, (again) => this.one(access, id, again));
  }
}

/** "3.6 of 4 by 12 answers"; nothing where nobody gave a score. */
function sayEvaluation(scores: readonly number[]): string {
  const found = evaluationOf(scores);
  return found
    ? `${found.mean.toFixed(1)} of 4 by ${String(found.answers)} ${found.answers === 1 ? 'answer' : 'answers'}`
    : '';
}
