import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { Allow, Granted, type Access } from '../people/access.js';
import { Choice, Text } from '../web/fields.js';
import { FRESH, Says, submitTo, type Again } from '../web/forms.js';
import { Page, type Download, type Redirect } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { atField } from '../web/problems.js';
import { CHALLENGE_MODES, type ChallengeMode } from './challenge.entity.js';
import { ChallengesService } from './challenges.service.js';
import { MODE_NAMES } from './hosts.js';
import { ShapingService } from './shaping.service.js';
import { whyFixed } from './states.js';
import { Versioned } from './versioned-form.js';

type Answer = Promise<Page | Redirect | Download>;

class FocusForm extends Versioned {
  @Text({ optional: true, max: 5000 }) focus?: string;
}

class HostsForm extends Versioned {
  @Says('Choose how the team meets the council') @Choice(CHALLENGE_MODES) mode: ChallengeMode;
  @Text({ optional: true, max: 2000 }) partners?: string;
}

/** What the team looks at, and how and with whom: parts of a scope, each a page with one form and one save. */
@Controller('challenges/:id/scope')
export class ScopePartPages {
  constructor(
    private readonly challenges: ChallengesService,
    private readonly shaping: ShapingService,
  ) {}

  @Get('focus')
  @Allow('challenges.manage', 'challenge')
  async showFocus(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const challenge = await this.challenges.get(id);
    return new Page('challenges/views/scope-focus.njk', {
      title: 'What should the team look at?',
      challenge,
      fixed: whyFixed(challenge.state),
      ...again,
    });
  }

  @Post('focus')
  @Allow('challenges.manage', 'challenge')
  focus(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ version, focus }: FocusForm): Promise<void> => {
      await this.shaping.edit(actor, id, version, { focus: focus ?? '' });
    };
    return submitTo(paths.scope(id), FocusForm, body, work, (again) => this.showFocus(id, again));
  }

  @Get('hosts')
  @Allow('challenges.manage', 'challenge')
  async showHosts(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const challenge = await this.challenges.get(id);
    const partners = await this.challenges.partners(challenge);
    return new Page('challenges/views/scope-hosts.njk', {
      title: 'How, and with whom?',
      challenge,
      fixed: whyFixed(challenge.state),
      modes: CHALLENGE_MODES.map((value) => ({ value, text: MODE_NAMES[value] })),
      partners: partners.map(({ name }) => name).join('\n'),
      ...again,
    });
  }

  @Post('hosts')
  @Allow('challenges.manage', 'challenge')
  hosts(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ version, mode, partners = '' }: HostsForm): Promise<void> => {
      const said = partners.split(/[;\n]/).flatMap((one) => one.trim() || []);
      const partnerIds = (await this.challenges.bodiesNamed(said)).map((one) => one.id);
      await this.shaping.edit(actor, id, version, { mode, partnerIds }).catch((error: unknown) => {
        throw atField(error, '/partnerIds', '/partners');
      });
    };
    return submitTo(paths.scope(id), HostsForm, body, work, (again) => this.showHosts(id, again));
  }
}
