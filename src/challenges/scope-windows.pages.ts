import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { KindsService } from '../kinds/kinds.service.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { Day, Int, QueryInt, Text } from '../web/fields.js';
import { FRESH, Says, submitTo, type Again } from '../web/forms.js';
import { Page, type Download, type Redirect } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { atField } from '../web/problems.js';
import { ChallengesService } from './challenges.service.js';
import { ShapingService } from './shaping.service.js';
import { whyFixed } from './states.js';
import { Versioned } from './versioned-form.js';
import { windowLines } from './window-lines.js';
import { WindowsService } from './windows.service.js';

type Answer = Promise<Page | Redirect | Download>;

class AddWindow extends Versioned {
  @Says('Enter the first day like 8 June 2027') @Day() start: string;
  @Says('Enter how many days, from 1 to 5') @QueryInt({ min: 1, max: 5 }) days: number;
  @Text({ optional: true, max: 200 }) waivedBy?: string;
  @Text({ optional: true, max: 1000 }) waivedReason?: string;
}

class RemoveWindow extends Versioned {
  @Int({ min: 0, max: 100 }) @Transform(({ value }) => Number(value)) at: number;
}

/** The dates among which a team is looked for, as part of a scope. */
@Controller('challenges/:id/scope/windows')
export class ScopeWindowPages {
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
    const { days: length } = await this.kinds.get(challenge.kind);
    return new Page('challenges/views/scope-windows.njk', {
      title: 'On which dates?',
      challenge,
      fixed: whyFixed(challenge.state),
      length,
      windows: windowLines(challenge.windows, await this.windows.warnings(challenge)),
      ...again,
    });
  }

  @Post()
  @Allow('challenges.manage', 'challenge')
  add(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ version, ...window }: AddWindow): Promise<void> => {
      const windows = [window, ...(await this.plain(id))];
      // A fault of the new window belongs to its own field.
      await this.shaping.edit(actor, id, version, { windows }).catch((error: unknown) => {
        throw atField(error, '/windows/0/', '/');
      });
    };
    return submitTo(paths.scopeWindows(id), AddWindow, body, work, (again) => this.show(id, again));
  }

  @Post('remove')
  @Allow('challenges.manage', 'challenge')
  remove(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ version, at }: RemoveWindow): Promise<void> => {
      const windows = (await this.plain(id)).filter((_, index) => index !== at);
      await this.shaping.edit(actor, id, version, { windows });
    };
    return submitTo(paths.scopeWindows(id), RemoveWindow, body, work, (again) => this.show(id, again));
  }

  /** The windows as they are said again: who let one stand is known by the service. */
  private async plain(id: string): Promise<{ start: string; days: number; penalty: number }[]> {
    const { windows } = await this.challenges.get(id);
    return windows.map(({ start, days, penalty }) => ({ start, days, penalty }));
  }
}
