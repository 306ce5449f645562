import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, Post, Query, Req } from '@nestjs/common';
import { Transform } from 'class-transformer';
import type { Request } from 'express';
import { isUUID } from 'class-validator';
import type { ContactField } from './challenges.dto.js';
import type { Council } from '../councils/council.entity.js';
import { CouncilsService } from '../councils/councils.service.js';
import type { Account } from '../people/account.entity.js';
import { Allow, Granted, requireInScope, SignedIn, type Access } from '../people/access.js';
import { Choice, Day, Email, Int, Text, Texts, Uuid } from '../web/fields.js';
import { draftIn, forgetDrafts, keepDraft } from '../web/drafts.js';
import { hiddenFields, listOf, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { atField, badField } from '../web/problems.js';
import { KindsService } from '../kinds/kinds.service.js';
import { BookingService } from './booking.service.js';
import { kindGroups } from './kind-choices.js';
import { weekMonths } from './week-months.js';
import { BookingWeeks } from './booking-weeks.service.js';
import { CHALLENGE_MODES, type ChallengeMode } from './challenge.entity.js';
import { MODE_NAMES } from './hosts.js';
import { CONTACT_PURPOSES, PURPOSE_NAMES, shownContacts } from './contacts.js';
import { upperFirst } from '../english/words.js';

/** The people of a council whom a challenge needs: their fields are named by what they are for. */
const ASKED = CONTACT_PURPOSES.filter((purpose) => purpose !== 'other');

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
  @Texts({ max: 10, optional: true })
  weeks?: string[];
  @Choice(CHALLENGE_MODES, { optional: true }) mode?: ChallengeMode;
  @Text({ optional: true, max: 5000 }) focus?: string;
  @Says('Enter the first day like 8 June 2027')
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

interface Asked {
  council: Council;
  windows: WeekValue[];
  contacts: ContactField[];
}

/** Booking a challenge: the kind, then weeks, focus and contacts, then a look at it all before anybody is told. */
@Controller('challenges/new')
export class BookPages {
  constructor(
    private readonly booking: BookingService,
    private readonly weeks: BookingWeeks,
    private readonly councils: CouncilsService,
    private readonly kinds: KindsService,
  ) {}

  @Get()
  @Allow('challenges.book')
  async start(
    @Granted() access: Access,
    @Req() request: Request,
    @Query() input: Record<string, unknown>,
  ): Promise<Page | Redirect | Download> {
    const draft = draftIn(request);
    if (!draft) return this.kindPage(access, { input, errors: [] });
    const show = (form: BookForm): Promise<Page> =>
      form.step === 'check'
        ? this.checkPage(access, form)
        : this.datesPage(access, form, { input: { ...form }, errors: [] });
    return submit(BookForm, draft, show, (again) => this.bookAgain(access, again));
  }

  private async kindPage(access: Access, again: Again): Promise<Page> {
    const councils = await this.councilsFor(access);
    return new Page('challenges/views/book-kind.njk', {
      title: 'Book a peer challenge',
      councils,
      groups: kindGroups((await this.kinds.all()).filter(({ retired = false }) => !retired)),
      ...again,
    });
  }

  @Get('dates')
  @Allow('challenges.book')
  async dates(
    @Granted() access: Access,
    @SignedIn() { name, email }: Account,
    @Query() query: unknown,
  ): Promise<Page | Redirect | Download> {
    // Who books for a council is, until they say otherwise, whom one talks to about it.
    const known = access.actor.role === 'council' ? { bookingName: name, bookingEmail: email } : {};
    const show = async (chosen: ChooseKind): Promise<Page> =>
      this.datesPage(access, chosen, { input: known, errors: [] });
    return submit(ChooseKind, query, show, (again) => this.kindPage(access, again));
  }

  /** Three buttons, one form: look at it all, go back and change it, book. */
  @Post()
  @Allow('challenges.book')
  book(
    @Granted() access: Access,
    @Req() request: Request,
    @Body() body: unknown,
  ): Promise<Page | Redirect | Download> {
    const work = async (form: BookForm): Promise<Redirect> => {
      if (form.step === 'change') return keepDraft(request, form);
      const { council, windows, contacts } = await this.asked(access, form);
      const input = {
        councilId: council.id,
        kind: form.kind,
        windows,
        contacts,
        ...(form.focus ? { focus: form.focus } : {}),
        ...(form.mode ? { mode: form.mode } : {}),
      };
      if (form.step === 'check') {
        await this.requireAllowed(council, form, windows);
        return keepDraft(request, { ...form, once: form.once ?? randomUUID() });
      }
      const { id } = await this.booking.book(access, input, form.once);
      await forgetDrafts(request);
      return new Redirect(paths.done(id, 'booked'));
    };
    return submit(BookForm, body, work, (again) => this.bookAgain(access, again));
  }

  /** What a form asks for. Throws a 400 where it names no week, or half a contact. */
  private async asked(access: Access, form: BookForm): Promise<Asked> {
    const council = await this.councilOf(access, form.council);
    const windows = windowsOf(form, (await this.kinds.get(form.kind)).days);
    if (windows.length === 0) throw badField('/weeks', 'choose at least one week');
    return { council, windows, contacts: contactsOf(form) };
  }

  private async bookAgain(access: Access, again: Again): Promise<Page> {
    const { council, kind } = again.input as { council?: unknown; kind?: unknown };
    if (!isUUID(council) || typeof kind !== 'string') return this.kindPage(access, again);
    return this.datesPage(access, { council: council as string, kind }, again);
  }

  private async datesPage(
    access: Access,
    { council: id, kind: kindId }: ChooseKind,
    { input, errors }: Again,
  ): Promise<Page> {
    const council = await this.councilOf(access, id);
    const kind = await this.kinds.get(kindId);
    const weeks = await this.weeks.of(council, kindId);
    const first = weeks[0]?.start ?? '';
    const nearby = first === '' ? [] : await this.booking.nearby(access, [council.id], first);
    const words = await this.kinds.words();
    const shown = { ...input, weeks: listOf(input.weeks) };
    const model = {
      council,
      kind,
      kindId,
      months: weekMonths(weeks, shown.weeks),
      before: await this.booking.before(access, council, { ...kind, id: kindId }),
      everyWeek: sameForAll(weeks.map(({ refused }) => refused)),
      modes: CHALLENGE_MODES.map((value) => ({ value, text: MODE_NAMES[value] })),
      // The last one of the same kind is told by itself.
      nearby: nearby
        .filter(({ kind: other, firstDay }) => other !== kindId || (firstDay ?? '') >= first)
        .map(({ kind: other, firstDay }) => ({ kind: words.kind(other), firstDay })),
      contacts: ASKED.filter((purpose) => purpose !== 'opposition' || kind.secondApproval).map((field) => ({
        field,
        label: upperFirst(PURPOSE_NAMES[field]),
      })),
    };
    return new Page('challenges/views/book-dates.njk', {
      title: 'Dates, focus and contacts',
      ...model,
      input: shown,
      errors,
    });
  }

  private async checkPage(access: Access, form: BookForm): Promise<Page> {
    const { council, windows, contacts } = await this.asked(access, form);
    const kind = await this.kinds.get(form.kind);
    const hidden = hiddenFields(form);
    const model = {
      council,
      kind,
      windows: (await this.weeks.against(council, form.kind, windows)).map((window) => ({
        ...window,
        said: [...(window.refused === null ? [] : [window.refused]), ...window.notes],
      })),
      before: await this.booking.before(access, council, { ...kind, id: form.kind }),
      contacts: shownContacts(contacts),
      focus: form.focus ?? '',
      how: MODE_NAMES[form.mode ?? 'on_site'],
      hidden,
    };
    return new Page('challenges/views/book-check.njk', { title: 'Check before you book', ...model });
  }

  /** What the calendar refuses is said beside the weeks, or beside the day that was typed. */
  private async requireAllowed(council: Council, form: BookForm, windows: WeekValue[]): Promise<void> {
    const weeks = form.weeks?.length ?? 0;
    await this.booking.requireAllowed(council, form.kind, windows).catch((error: unknown) => {
      for (let index = 0; index < weeks; index++) atField(error, `/windows/${String(index)}/start`, '/weeks');
      throw atField(error, `/windows/${String(weeks)}/start`, '/otherDay');
    });
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

/** What is said of all, where that is one and the same; else null. */
const sameForAll = (said: (string | null)[]): string | null =>
  new Set(said).size === 1 ? (said[0] ?? null) : null;

/** "2027-06-08/4" is four days from the 8th of June. */
function windowsOf({ weeks = [], otherDay }: BookForm, usualDays: number): WeekValue[] {
  const ticked = weeks.map((week, index) => {
    const [start = '', days = ''] = week.split('/');
    if (!/^\d{4}-\d{2}-\d{2}$/.test(start) || !/^[1-5]$/.test(days))
      throw badField(`/weeks/${String(index)}`, `found "${week}"; allowed: a week of the list`);
    return { start, days: Number(days) };
  });
  if (otherDay && ticked.some(({ start }) => start === otherDay))
    throw badField('/otherDay', 'this day is among the weeks already; leave it out, or enter another');
  return otherDay ? [...ticked, { start: otherDay, days: usualDays }] : ticked;
}

function contactsOf(form: BookForm): ContactField[] {
  const said = form as unknown as Record<string, string | undefined>;
  return ASKED.flatMap((purpose) => {
    const [name, email] = [said[`${purpose}Name`], said[`${purpose}Email`]];
    if (!name && !email) return [];
    const whom = PURPOSE_NAMES[purpose];
    if (!name) throw badField(`/${purpose}Name`, `enter the name of the ${whom}`);
    if (!email) throw badField(`/${purpose}Email`, `enter the e-mail address of the ${whom}`);
    return [{ purpose, name, email }];
  });
}
