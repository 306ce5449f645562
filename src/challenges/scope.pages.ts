import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { PARTY_RULES, type Seat } from '../matching/problem/programme.js';
import { skillLevels, skillWords } from '../peers/skill-words.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { PolicyService } from '../policy/policy.service.js';
import { wordsOf } from '../policy/words.js';
import { Choice, Day, Email, Int, QueryInt, Text, Texts } from '../web/fields.js';
import { FRESH, listOf, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { badField, notFound } from '../web/problems.js';
import type { Challenge } from './challenge.entity.js';
import { ChallengesService } from './challenges.service.js';

type Answer = Promise<Page | Redirect | Download>;

/** Every form of the scope says which version it was made from, so that nobody's change is lost. */
class Versioned {
  @QueryInt({ min: 1, max: 2_147_483_647 }) version: number;
}

class AgreeScope {
  @Says('Enter with whom the scope was agreed') @Text({ max: 2000 }) reason: string;
}

class FocusForm extends Versioned {
  @Text({ optional: true, max: 5000 }) focus?: string;
}

class AddWindow extends Versioned {
  @Says('Enter the first day like 2027-06-08') @Day() start: string;
  @Says('Enter how many days, from 1 to 5') @QueryInt({ min: 1, max: 5 }) days: number;
}

class RemoveOne extends Versioned {
  @Int({ min: 0, max: 100 }) @Transform(({ value }) => Number(value)) at: number;
}

class AddContact extends Versioned {
  @Says('Enter what the person is, such as leader') @Text({ max: 60 }) role: string;
  @Says('Enter the name') @Text({ max: 200 }) name: string;
  @Says('Enter the e-mail address like name@example.com') @Email() email: string;
}

class SeatForm extends Versioned {
  @Says('Enter a short name for the seat in small letters, such as finance-officer')
  @Text({ max: 40, pattern: /^[a-z][a-z0-9-]*$/ })
  seat: string;
  @Says('Choose at least one position')
  @Transform(({ value }) => listOf(value))
  @Texts({ max: 40 })
  positions: string[];
  @Says('Choose which party') @Choice(PARTY_RULES) party: Seat['party'];
  @Says('Write skills with levels like: finance 4, governance 3')
  @Text({ optional: true, max: 400, pattern: /^[a-z][a-z-]* [1-5](\s*,\s*[a-z][a-z-]* [1-5])*$/ })
  skills?: string;
  @Choice(['yes'], { optional: true }) shadow?: 'yes';
  @Choice(['save', 'remove']) step: 'save' | 'remove';
}

/** The scope of a challenge as a task list: focus, dates, seats, contacts; then it is agreed. */
@Controller('challenges/:id/scope')
export class ScopePages {
  constructor(
    private readonly challenges: ChallengesService,
    private readonly policy: PolicyService,
  ) {}

  @Get()
  @Allow('challenges.manage', 'challenge')
  async show(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const challenge = await this.challenges.get(id);
    const words = await wordsOf(this.policy);
    const seats = challenge.seats.map(({ positions, skills, ...seat }) => ({
      ...seat,
      positions: positions.map(words.position).join(', '),
      skills: Object.entries(skills)
        .map(([skill, level]) => `${words.skill(skill)} ${String(level)}`)
        .join(', '),
    }));
    const { days } = await this.policy.kind(challenge.kind);
    const editable = ['enquiry', 'scoped', 'team_proposed', 'postponed'].includes(challenge.state);
    const warnings = await this.challenges.warnings(challenge);
    return new Page('challenges/views/scope.njk', {
      title: 'Scope',
      challenge,
      kind: words.kind(challenge.kind),
      seats,
      days,
      editable,
      warnings,
      ...again,
    });
  }

  @Post()
  @Allow('challenges.manage', 'challenge')
  agree(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ reason }: AgreeScope): Promise<Redirect> => {
      await this.challenges.scope(actor, id, reason);
      return new Redirect(paths.challenge(id));
    };
    return submit(AgreeScope, body, work, (again) => this.show(id, again));
  }

  @Post('focus')
  @Allow('challenges.manage', 'challenge')
  focus(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    return this.change(FocusForm, id, body, async ({ version, focus }) => {
      await this.challenges.edit(actor, id, version, { focus: focus ?? '' });
    });
  }

  @Post('windows')
  @Allow('challenges.manage', 'challenge')
  addWindow(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    return this.change(AddWindow, id, body, async ({ version, start, days }) => {
      const { windows } = await this.challenges.get(id);
      const kept = windows.map(({ start: from, days: length, penalty }) => ({ start: from, days: length, penalty }));
      // A fault of the new window belongs to its own field.
      await this.challenges.edit(actor, id, version, { windows: [{ start, days }, ...kept] }).catch((error: unknown) => {
        throw atField(error, '/windows/0/', '/');
      });
    });
  }

  @Post('windows/remove')
  @Allow('challenges.manage', 'challenge')
  removeWindow(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    return this.change(RemoveOne, id, body, async ({ version, at }) => {
      const { windows } = await this.challenges.get(id);
      const kept = windows.filter((_, index) => index !== at).map(({ start, days, penalty }) => ({ start, days, penalty }));
      await this.challenges.edit(actor, id, version, { windows: kept });
    });
  }

  @Post('contacts')
  @Allow('challenges.manage', 'challenge')
  addContact(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    return this.change(AddContact, id, body, async ({ version, role, name, email }) => {
      const { contacts } = await this.challenges.get(id);
      await this.challenges.edit(actor, id, version, { contacts: [...contacts, { role, name, email }] });
    });
  }

  @Post('contacts/remove')
  @Allow('challenges.manage', 'challenge')
  removeContact(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    return this.change(RemoveOne, id, body, async ({ version, at }) => {
      const { contacts } = await this.challenges.get(id);
      await this.challenges.edit(actor, id, version, { contacts: contacts.filter((_, index) => index !== at) });
    });
  }

  /** One seat, or with "new" another one. */
  @Get('seats/:seat')
  @Allow('challenges.manage', 'challenge')
  async seat(@Param('id') id: string, @Param('seat') name: string, again: Again = FRESH): Promise<Page> {
    const challenge = await this.challenges.get(id);
    const seat = seatNamed(challenge, name);
    const positions = await this.policy.get('positions');
    const skills = await this.policy.get('skills');
    const said = seat && skillWords(seat.skills);
    const input = {
      seat: seat?.id ?? '',
      positions: seat?.positions ?? [],
      party: seat?.party ?? 'any',
      skills: said ?? '',
      shadow: seat?.shadow ? 'yes' : '',
    };
    const filled = again.errors.length > 0 ? { ...again.input, positions: listOf(again.input.positions) } : input;
    const title = seat ? 'Change a seat' : 'Add a seat';
    return new Page('challenges/views/seat.njk', {
      title,
      challenge,
      name,
      isNew: !seat,
      positions,
      skills,
      input: filled,
      errors: again.errors,
    });
  }

  @Post('seats/:seat')
  @Allow('challenges.manage', 'challenge')
  saveSeat(@Granted() { actor }: Access, @Param('id') id: string, @Param('seat') name: string, @Body() body: unknown): Answer {
    const work = async ({ version, step, seat, positions, party, skills, shadow }: SeatForm): Promise<Redirect> => {
      const challenge = await this.challenges.get(id);
      const known = seatNamed(challenge, name);
      const saved: Seat = { id: seat, positions, party, skills: skillLevels(skills), ...(shadow ? { shadow: true } : {}) };
      const others = challenge.seats.filter((one) => one !== known);
      if (step === 'save' && others.some((one) => one.id === seat)) throw badField('/seat', `there is a seat named ${seat} already`);
      const seats =
        step === 'remove' ? others : known ? challenge.seats.map((one) => (one === known ? saved : one)) : [...challenge.seats, saved];
      await this.challenges.edit(actor, id, version, { seats });
      return new Redirect(paths.scope(id));
    };
    return submit(SeatForm, body, work, (again) => this.seat(id, name, again));
  }

  private change<T extends object>(form: new () => T, id: string, body: unknown, work: (filled: T) => Promise<void>): Answer {
    return submit(
      form,
      body,
      async (filled) => work(filled).then(() => new Redirect(paths.scope(id))),
      (again) => this.show(id, again),
    );
  }
}

function seatNamed({ seats }: Challenge, name: string): Seat | null {
  if (name === 'new') return null;
  const seat = seats.find(({ id }) => id === name);
  if (!seat) throw notFound('seat');
  return seat;
}

function atField(error: unknown, from: string, to: string): unknown {
  const { errors } = error as { errors?: { pointer: string }[] };
  for (const fault of errors ?? []) fault.pointer = fault.pointer.replace(from, to);
  return error;
}
