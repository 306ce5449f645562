import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { Choice, QueryInt, Text, Uuid } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { notFound } from '../web/problems.js';
import { Allow, Granted, type Access, Proved } from './access.js';
import type { ApiToken } from './api-token.entity.js';
import { ROLE_NAMES, ROLES, type Role } from './permissions.js';
import { MOST_DAYS } from './tokens.js';
import { TokensService } from './tokens.service.js';
import { Clock } from '../database/clock.js';

type Answer = Promise<Page | Redirect | Download>;

class TokenForm {
  @Uuid({ optional: true }) id?: string;
  @Says('Enter what it is for') @Text({ max: 100 }) name: string;
  @Says('Choose the role') @Choice(ROLES) role: Role;
  @Text({ optional: true, max: 60 }) region?: string;
  @Text({ optional: true, max: 20 }) council?: string;
  @Says('Enter the id of a peer, as the address of their page has it')
  @Uuid({ optional: true })
  peer?: string;
  @Text({ optional: true, max: 60 }) party?: string;
  @Choice(['yes'], { optional: true }) readOnly?: 'yes';
  @Says('Enter a number of days from 1 to 365') @QueryInt({ min: 1, max: MOST_DAYS }) days: number;
}

class EndForm {
  @Choice(['yes']) end: 'yes';
}

/** Tokens by which programs speak: who has some, another one, and their end. */
@Controller('tokens')
export class TokenPages {
  constructor(
    private readonly tokens: TokensService,
    private readonly time: Clock,
  ) {}

  @Get()
  @Proved()
  @Allow('tokens.write')
  async list(again: Again = FRESH, made: string | null = null): Promise<Page> {
    const now = this.time.now();
    const tokens = (await this.tokens.list()).map((token) => ({ ...token, ...wordsOf(token, now) }));
    const roles = ROLES.map((role) => ({ value: role, text: ROLE_NAMES[role] }));
    const model = { tokens, roles, made, most: MOST_DAYS, id: randomUUID() };
    return new Page('people/views/tokens.njk', { title: 'Tokens of the API', ...model, ...again });
  }

  /** The token stands on the page that answers, once. */
  @Post()
  @Proved()
  @Allow('tokens.write')
  make(@Granted() { actor }: Access, @Body() body: unknown): Answer {
    const work = async ({ readOnly, ...wanted }: TokenForm): Promise<Page> => {
      const token = await this.tokens.make(actor, { ...wanted, readOnly: readOnly === 'yes' });
      return this.list(FRESH, token);
    };
    return submit(TokenForm, body, work, (again) => this.list(again));
  }

  @Post(':token/end')
  @Proved()
  @Allow('tokens.write')
  end(@Granted() { actor }: Access, @Param('token') id: string, @Body() body: unknown): Answer {
    const work = async (): Promise<Redirect> => {
      if (!isUUID(id)) throw notFound('token');
      await this.tokens.revoke(actor, id);
      return new Redirect(paths.tokens);
    };
    return submit(EndForm, body, work, (again) => this.list(again));
  }
}

function wordsOf({ role, region, party, revokedAt, expiresAt }: ApiToken, now: Date): object {
  const whose = [ROLE_NAMES[role], region, party].filter((word) => word !== null).join(', ');
  const state = revokedAt ? 'ended' : expiresAt <= now ? 'past its end' : 'open';
  return { whose, state };
}
