import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { Allow, Granted, type Access } from '../people/access.js';
import { Text } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { KindsService } from '../kinds/kinds.service.js';
import { seatLines } from './seat-lines.js';
import { whyFixed } from './states.js';
import { shownContacts } from './contacts.js';
import { windowLines } from './window-lines.js';
import { WindowsService } from './windows.service.js';
import { ChallengesService } from './challenges.service.js';

type Answer = Promise<Page | Redirect | Download>;

class AgreeScope {
  @Says('Enter with whom the scope was agreed') @Text({ max: 2000 }) reason: string;
}

/** The scope of a challenge at a glance: focus, hosts, dates, seats, contacts, each with a page of its own; then it is agreed. */
@Controller('challenges/:id/scope')
export class ScopePages {
  constructor(
    private readonly challenges: ChallengesService,
    private readonly windows: WindowsService,
    private readonly kinds: KindsService,
  ) {}

  @Get()
  @Allow('challenges.manage', 'challenge')
  async show(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const challenge = await this.challenges.get(id);
    const words = await this.kinds.words();
    return new Page('challenges/views/scope.njk', {
      title: `Scope: ${challenge.council?.name ?? ''}`,
      challenge,
      kind: words.kind(challenge.kind),
      seats: seatLines(challenge.seats, words),
      ...(await this.challenges.hosts(challenge)),
      partners: await this.challenges.partners(challenge),
      unheard: await this.challenges.unheard(challenge),
      fixed: whyFixed(challenge.state),
      windows: windowLines(challenge.windows, await this.windows.warnings(challenge)),
      contacts: shownContacts(challenge.contacts),
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
}
