import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { Allow, Granted, type Access } from '../people/access.js';
import { Choice, Day, Email, Int, QueryInt, Text } from '../web/fields.js';
import { FRESH, Says, submit, type Again, submitTo } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { atField } from '../web/problems.js';
import { presenceWords } from '../kinds/presence.js';
import { KindsService } from '../kinds/kinds.service.js';
import { CHALLENGE_MODES, type ChallengeMode } from './challenge.entity.js';
import { MODE_NAMES } from './hosts.js';
import { CONTACT_PURPOSES, type ContactPurpose, PURPOSE_NAMES, shownContacts } from './contacts.js';
import { SHAPING } from './states.js';
import { upperFirst } from '../english/words.js';
import { ConfirmContact } from './challenges.dto.js';
import { ShapingService } from './shaping.service.js';
import { WindowsService } from './windows.service.js';
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

class HostsForm extends Versioned {
  @Says('Choose how the team meets the council') @Choice(CHALLENGE_MODES) mode: ChallengeMode;
  @Text({ optional: true, max: 2000 }) partners?: string;
}

class AddWindow extends Versioned {
  @Says('Enter the first day like 8 June 2027') @Day() start: string;
  @Says('Enter how many days, from 1 to 5') @QueryInt({ min: 1, max: 5 }) days: number;
  @Text({ optional: true, max: 200 }) waivedBy?: string;
  @Text({ optional: true, max: 1000 }) waivedReason?: string;
}

class RemoveOne extends Versioned {
  @Int({ min: 0, max: 100 }) @Transform(({ value }) => Number(value)) at: number;
}

class AddContact extends Versioned {
  @Says('Choose what the person is') @Choice(CONTACT_PURPOSES) purpose: ContactPurpose;
  @Says('Enter the name') @Text({ max: 200 }) name: string;
  @Says('Enter the e-mail address like name@example.com') @Email() email: string;
}

/** The scope of a challenge as a task list: focus, dates, seats, contacts; then it is agreed. */
@Controller('challenges/:id/scope')
export class ScopePages {
  constructor(
    private readonly challenges: ChallengesService,
    private readonly shaping: ShapingService,
    private readonly windows: WindowsService,
    private readonly kinds: KindsService,
  ) {}

  @Get()
  @Allow('challenges.manage', 'challenge')
  async show(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const challenge = await this.challenges.get(id);
    const words = await this.kinds.words();
    const seats = challenge.seats.map(({ positions, skills, ...seat }) => ({
      ...seat,
      days: presenceWords(seat),
      positions: positions.map(words.position).join(', '),
      skills: Object.entries(skills)
        .map(([skill, level]) => `${words.skill(skill)} ${String(level)}`)
        .join(', '),
    }));
    const { days } = await this.kinds.get(challenge.kind);
    const editable = SHAPING.includes(challenge.state);
    const warnings = await this.windows.warnings(challenge);
    return new Page('challenges/views/scope.njk', {
      title: 'Scope',
      challenge,
      kind: words.kind(challenge.kind),
      seats,
      days,
      ...(await this.challenges.hosts(challenge)),
      modes: CHALLENGE_MODES.map((value) => ({ value, text: MODE_NAMES[value] })),
      partners: await this.challenges.partners(challenge),
      unheard: await this.challenges.unheard(challenge),
      editable,
      warnings,
      contacts: shownContacts(challenge.contacts),
      purposes: CONTACT_PURPOSES.map((value) => ({ value, text: upperFirst(PURPOSE_NAMES[value]) })),
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
      await this.shaping.edit(actor, id, version, { focus: focus ?? '' });
    });
  }

  /** How it is held, and with whom together. */
  @Post('hosts')
  @Allow('challenges.manage', 'challenge')
  hosts(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    return this.change(HostsForm, id, body, async ({ version, mode, partners = '' }) => {
      const said = partners.split(/[;\n]/).flatMap((one) => one.trim() || []);
      const partnerIds = (await this.challenges.bodiesNamed(said)).map((one) => one.id);
      await this.shaping.edit(actor, id, version, { mode, partnerIds }).catch((error: unknown) => {
        throw atField(error, '/partnerIds', '/partners');
      });
    });
  }

  @Post('windows')
  @Allow('challenges.manage', 'challenge')
  addWindow(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    return this.change(AddWindow, id, body, async ({ version, ...window }) => {
      const { windows } = await this.challenges.get(id);
      const kept = windows.map(({ start: from, days: length, penalty }) => ({
        start: from,
        days: length,
        penalty,
      }));
      // A fault of the new window belongs to its own field.
      await this.shaping.edit(actor, id, version, { windows: [window, ...kept] }).catch((error: unknown) => {
        throw atField(error, '/windows/0/', '/');
      });
    });
  }

  @Post('windows/remove')
  @Allow('challenges.manage', 'challenge')
  removeWindow(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    return this.change(RemoveOne, id, body, async ({ version, at }) => {
      const { windows } = await this.challenges.get(id);
      const kept = windows
        .filter((_, index) => index !== at)
        .map(({ start, days, penalty }) => ({ start, days, penalty }));
      await this.shaping.edit(actor, id, version, { windows: kept });
    });
  }

  @Post('contacts')
  @Allow('challenges.manage', 'challenge')
  addContact(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    return this.change(AddContact, id, body, async ({ version, purpose, name, email }) => {
      const { contacts } = await this.challenges.get(id);
      await this.shaping.edit(actor, id, version, { contacts: [...contacts, { purpose, name, email }] });
    });
  }

  /** Not a change of what is asked for, so that it is possible at any time. */
  @Post('contacts/confirm')
  @Allow('challenges.manage', 'challenge')
  confirmContact(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ email }: ConfirmContact): Promise<Redirect> => {
      await this.shaping.confirmContact(actor, id, email);
      return new Redirect(paths.scope(id));
    };
    return submit(ConfirmContact, body, work, (again) => this.show(id, again));
  }

  @Post('contacts/remove')
  @Allow('challenges.manage', 'challenge')
  removeContact(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    return this.change(RemoveOne, id, body, async ({ version, at }) => {
      const { contacts } = await this.challenges.get(id);
      await this.shaping.edit(actor, id, version, {
        contacts: contacts.filter((_, index) => index !== at),
      });
    });
  }

  private change<T extends object>(
    form: new () => T,
    id: string,
    body: unknown,
    work: (filled: T) => Promise<void>,
  ): Answer {
    return submitTo(paths.scope(id), form, body, work, (again) => this.show(id, again));
  }
}
