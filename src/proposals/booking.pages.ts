import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { isUUID } from 'class-validator';
import { londonDate } from '../calendar/dates.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import type { ContactField } from '../challenges/challenges.dto.js';
import type { Council } from '../councils/council.entity.js';
import { CouncilsService } from '../councils/councils.service.js';
import { Allow, Granted, requireInScope, type Access } from '../people/access.js';
import { PolicyService } from '../policy/policy.service.js';
import { Choice, Day, Email, Int, Text, Texts, Uuid } from '../web/fields.js';
import { FRESH, hiddenFields, listOf, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { badField } from '../web/problems.js';
import { BookingService } from './booking.service.js';

/** The people of a council whom a challenge needs, and how their fields are named. */
const CONTACTS = [
  { field: 'booking', role: 'booking contact' },
  { field: 'leader', role: 'leader' },
  { field: 'chief', role: 'chief executive' },
  { field: 'opposition', role: 'opposition approver' },
] as const;

class ChooseKind {
  @Says('Choose the council')
  @Uuid()
  council: string;
  @Says('Choose what kind of challenge you want')
  @Text({ max: 60 })
  kind: string;
}

class BookForm extends ChooseKind {
  @Says('Choose at least one week, and no more than ten')
  @Transform(({ value }) => listOf(value))
  @Texts({ max: 10 })
  weeks: string[];
  @Text({ optional: true, max: 5000 }) focus?: string;
  @Says('Enter the first day like 2027-06-08')
  @Day({ optional: true })
  otherDay?: string;
  @Text({ optional: true, max: 200 }) bookingName?: string;
  @Says('Enter the e-mail address like name@example.com') @Email({ optional: true }) bookingEmail?: string;
  @Text({ optional: true, max: 200 }) leaderName?: string;
  @Says('Enter the e-mail address like name@example.com') @Email({ optional: true }) leaderEmail?: string;
  @Text({ optional: true, max: 200 }) chiefName?: string;
  @Says('Enter the e-mail address like name@example.com') @Email({ optional: true }) chiefEmail?: string;
  @Text({ optional: true, max: 200 }) oppositionName?: string;
  @Says('Enter the e-mail address like name@example.com') @Email({ optional: true }) oppositionEmail?: string;
  /** The id of the challenge to be, so that pressing twice books once. */
  @Uuid({ optional: true }) once?: string;
  @Choice(['check', 'change', 'book']) step: 'check' | 'change' | 'book';
}

class WeekValue {
  @Day() start: string;
  @Int({ min: 1, max: 5 }) days: number;
}

/** Booking a challenge: the kind, then weeks, focus and contacts, then a look at it all before anybody is told. */
@Controller('challenges/new')
export class BookingPages {
  constructor(
    private readonly booking: BookingService,
    private readonly challenges: ChallengesService,
    private readonly councils: CouncilsService,
    private readonly policy: PolicyService,
  ) {}

  @Get()
  @Allow('challenges.book')
  async start(@Granted() access: Access, @Query() input: Record<string, unknown>, again: Again = { input, errors: [] }): Promise<Page> {
    const councils = await this.councilsFor(access);
    const kinds = await this.policy.kinds();
    return new Page('proposals/views/book-kind.njk', { title: 'Book a peer challenge', councils, kinds, ...again });
  }

  @Get('dates')
  @Allow('challenges.book')
  async dates(@Granted() access: Access, @Query() query: unknown): Promise<Page | Redirect | Download> {
    const show = async (chosen: ChooseKind): Promise<Page> => this.datesPage(access, chosen, FRESH);
    return submit(ChooseKind, query, show, (again) => this.start(access, again.input, again));
  }

  /** Three buttons, one form: look at it all, go back and change it, book. */
  @Post()
  @Allow('challenges.book')
  book(@Granted() access: Access, @Body() body: unknown): Promise<Page | Redirect | Download> {
    const work = async (form: BookForm): Promise<Page | Redirect> => {
      if (form.step === 'change') return this.datesPage(access, form, { input: { ...form }, errors: [] });
      const council = await this.councilOf(access, form.council);
      const windows = windowsOf(form, (await this.policy.kind(form.kind)).days);
      if (windows.length === 0) throw badField('/weeks', 'choose at least one week');
      const contacts = contactsOf(form);
      const input = { councilId: council.id, kind: form.kind, windows, contacts, ...(form.focus ? { focus: form.focus } : {}) };
      if (form.step === 'check') return this.checkPage(council, form, windows, contacts);
      const { id } = await this.challenges.book(access, input, form.once);
      return new Redirect(paths.done(id, 'booked'));
    };
    return submit(BookForm, body, work, async (again) => {
      const { council, kind } = again.input as { council?: unknown; kind?: unknown };
      if (!isUUID(council) || typeof kind !== 'string') return this.start(access, again.input, again);
      return this.datesPage(access, { council: council as string, kind }, again);
    });
  }

  private async datesPage(access: Access, { council: id, kind: kindId }: ChooseKind, { input, errors }: Again): Promise<Page> {
    const council = await this.councilOf(access, id);
    const today = londonDate(new Date());
    const kind = await this.policy.kind(kindId);
    const weeks = await this.booking.weeks(council, kindId, today);
    const nearby = await this.booking.nearby(council, weeks[0]?.start ?? today);
    const shown = { ...input, weeks: listOf(input.weeks) };
    const model = {
      council,
      kind,
      kindId,
      weeks,
      nearby,
      contacts: CONTACTS.filter(({ field }) => field !== 'opposition' || kind.secondApproval),
    };
    return new Page('proposals/views/book-dates.njk', { title: 'Dates, focus and contacts', ...model, input: shown, errors });
  }

  private async checkPage(council: Council, form: BookForm, windows: WeekValue[], contacts: ContactField[]): Promise<Page> {
    const kind = await this.policy.kind(form.kind);
    const hidden = hiddenFields({ ...form, once: form.once ?? randomUUID() });
    const model = { council, kind, windows, contacts, focus: form.focus ?? '', hidden };
    return new Page('proposals/views/book-check.njk', { title: 'Check before you book', ...model });
  }

  /** A council user's own council; for staff, those of their region. */
  private async councilsFor({ actor, scope }: Access): Promise<Council[]> {
    if (scope === 'council') return actor.councilId ? [await this.councils.get(actor.councilId)] : [];
    const regions = [actor.region, ...actor.alsoRegions].filter((region) => region !== null);
    return this.councils.ofRegions(scope === 'region' && actor.region !== null ? regions : null);
  }

  private async councilOf(access: Access, id: string): Promise<Council> {
    const council = await this.councils.get(id);
    requireInScope(access, { region: council.region, councilId: council.id }, 'council');
    return council;
  }
}

/** "2027-06-08/4" is four days from the 8th of June. */
function windowsOf({ weeks, otherDay }: BookForm, usualDays: number): WeekValue[] {
  const ticked = weeks.map((week, index) => {
    const [start = '', days = ''] = week.split('/');
    if (!/^\d{4}-\d{2}-\d{2}$/.test(start) || !/^[1-5]$/.test(days))
      throw badField(`/weeks/${String(index)}`, `found "${week}"; allowed: a week of the list`);
    return { start, days: Number(days) };
  });
  return otherDay ? [...ticked, { start: otherDay, days: usualDays }] : ticked;
}

function contactsOf(form: BookForm): ContactField[] {
  const said = form as unknown as Record<string, string | undefined>;
  return CONTACTS.flatMap(({ field, role }) => {
    const [name, email] = [said[`${field}Name`], said[`${field}Email`]];
    if (!name && !email) return [];
    if (!name) throw badField(`/${field}Name`, `enter the name of the ${role}`);
    if (!email) throw badField(`/${field}Email`, `enter the e-mail address of the ${role}`);
    return [{ role, name, email }];
  });
}
