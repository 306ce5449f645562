import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { upperFirst } from '../english/words.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { Choice, Email, Int, Text } from '../web/fields.js';
import { FRESH, Says, submitTo, type Again } from '../web/forms.js';
import { Page, type Download, type Redirect } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { ConfirmContact } from './challenges.dto.js';
import { ChallengesService } from './challenges.service.js';
import { CONTACT_PURPOSES, type ContactPurpose, PURPOSE_NAMES, shownContacts } from './contacts.js';
import { ShapingService } from './shaping.service.js';
import { whyFixed } from './states.js';
import { Versioned } from './versioned-form.js';

type Answer = Promise<Page | Redirect | Download>;

class AddContact extends Versioned {
  @Says('Choose what the person is') @Choice(CONTACT_PURPOSES) purpose: ContactPurpose;
  @Says('Enter the name') @Text({ max: 200 }) name: string;
  @Says('Enter the e-mail address like name@example.com') @Email() email: string;
}

class RemoveContact extends Versioned {
  @Int({ min: 0, max: 100 }) @Transform(({ value }) => Number(value)) at: number;
}

/** Whom the team and the office speak with at the council, as part of a scope. */
@Controller('challenges/:id/scope/contacts')
export class ScopeContactPages {
  constructor(
    private readonly challenges: ChallengesService,
    private readonly shaping: ShapingService,
  ) {}

  @Get()
  @Allow('challenges.manage', 'challenge')
  async show(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const challenge = await this.challenges.get(id);
    return new Page('challenges/views/scope-contacts.njk', {
      title: 'Who to talk to at the council',
      challenge,
      fixed: whyFixed(challenge.state),
      contacts: shownContacts(challenge.contacts),
      purposes: CONTACT_PURPOSES.map((value) => ({ value, text: upperFirst(PURPOSE_NAMES[value]) })),
      ...again,
    });
  }

  @Post()
  @Allow('challenges.manage', 'challenge')
  add(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ version, purpose, name, email }: AddContact): Promise<void> => {
      const { contacts } = await this.challenges.get(id);
      await this.shaping.edit(actor, id, version, { contacts: [...contacts, { purpose, name, email }] });
    };
    return submitTo(paths.scopeContacts(id), AddContact, body, work, (again) => this.show(id, again));
  }

  /** Not a change of what is asked for, so that it is possible at any time. */
  @Post('confirm')
  @Allow('challenges.manage', 'challenge')
  confirm(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ email }: ConfirmContact): Promise<void> => {
      await this.shaping.confirmContact(actor, id, email);
    };
    return submitTo(paths.scopeContacts(id), ConfirmContact, body, work, (again) => this.show(id, again));
  }

  @Post('remove')
  @Allow('challenges.manage', 'challenge')
  remove(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ version, at }: RemoveContact): Promise<void> => {
      const { contacts } = await this.challenges.get(id);
      await this.shaping.edit(actor, id, version, { contacts: contacts.filter((_, index) => index !== at) });
    };
    return submitTo(paths.scopeContacts(id), RemoveContact, body, work, (again) => this.show(id, again));
  }
}
