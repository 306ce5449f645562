import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { seatLabel } from '../kinds/seats.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { Choice, Text, Uuid } from '../web/fields.js';
import { FRESH, Says, type Again, submitTo } from '../web/forms.js';
import { Page, type Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { ChallengesService } from './challenges.service.js';
import { PERSON_ROLE_NAMES } from './challenge-person.entity.js';
import { NAMED_ROLES, PeopleOfChallenges, type NewPerson } from './people-of-challenges.service.js';

type Answer = Promise<Page | Redirect | Download>;

class ManagerForm {
  @Says('Choose a manager, or nobody')
  @Text({ max: 40, pattern: /^(nobody|[0-9a-f-]{36})$/ })
  manager: string;
}

class PersonForm {
  @Says('Choose what the person is') @Choice(NAMED_ROLES) role: NewPerson['role'];
  @Says('Choose somebody of the staff, or enter a name') @Uuid({ optional: true }) accountId?: string;
  @Text({ optional: true, max: 200 }) name?: string;
}

class RemoveForm {
  @Uuid() person: string;
}

class LeadForm {
  @Says('Choose a seat, or nobody') @Text({ max: 60 }) seat: string;
}

/** Who runs a challenge, who leads its team, and who else comes. */
@Controller('challenges/:id')
export class PeoplePages {
  constructor(
    private readonly challenges: ChallengesService,
    private readonly people: PeopleOfChallenges,
  ) {}

  @Get('manager')
  @Allow('challenges.manage', 'challenge')
  async form(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const challenge = await this.challenges.get(id);
    const all = await this.people.of(id);
    const staff = await this.people.staff();
    return new Page('challenges/views/people.njk', {
      title: 'Who runs the challenge, and who else comes',
      challenge,
      managers: staff.filter(({ role }) => role === 'manager'),
      manager: all.find(({ role }) => role === 'manager')?.accountId ?? 'nobody',
      people: all.filter(({ role }) => role !== 'manager'),
      staff,
      roles: NAMED_ROLES.map((value) => ({ value, text: PERSON_ROLE_NAMES[value] })),
      roleNames: PERSON_ROLE_NAMES,
      seats: challenge.seats.map((seat) => ({ value: seat.id, text: seatLabel(seat.id) })),
      ...again,
    });
  }

  @Post('manager')
  @Allow('challenges.manage', 'challenge')
  assign(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    return this.change(ManagerForm, id, body, async ({ manager }) =>
      this.people.assign(actor, id, manager === 'nobody' ? null : manager),
    );
  }

  @Post('people')
  @Allow('challenges.manage', 'challenge')
  add(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    return this.change(PersonForm, id, body, async (person) => {
      await this.people.add(actor, id, person);
    });
  }

  @Post('people/remove')
  @Allow('challenges.manage', 'challenge')
  remove(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    return this.change(RemoveForm, id, body, ({ person }) => this.people.remove(actor, id, person));
  }

  @Post('lead')
  @Allow('challenges.manage', 'challenge')
  lead(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    return this.change(LeadForm, id, body, ({ seat }) =>
      this.people.lead(actor, id, seat === 'nobody' ? null : seat),
    );
  }

  private change<T extends object>(
    form: new () => T,
    id: string,
    body: unknown,
    work: (filled: T) => Promise<void>,
  ): Answer {
    return submitTo(paths.manager(id), form, body, work, (again) => this.form(id, again));
  }
}
