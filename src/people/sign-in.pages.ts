import { Body, Controller, Get, Logger, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Email, Telephone, Text } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { notFound, Problem } from '../web/problems.js';
import { isUUID } from 'class-validator';
import { Allow, Granted, Public, SignedIn, type Access, type SignedRequest } from './access.js';
import type { Account } from './account.entity.js';
import { Doorkeeper } from './doorkeeper.js';
import { SignInCodes } from './sign-in-codes.service.js';
import { AccountsService } from './accounts.service.js';
import { Settings } from '../settings.js';
import { Oidc } from './oidc.js';
import { ROLE_NAMES } from './permissions.js';
import { localPath } from './local-path.js';
import { signIn } from './session.js';
import { lateIn } from './late-forms.js';

class AskCode {
  @Says('Enter your e-mail address, like name@example.com')
  @Email()
  email: string;
  @Text({ optional: true, max: 500 }) next?: string;
}

class GiveCode {
  @Says('Enter the 6 digits of the code that was sent to you')
  @Text({ max: 20, pattern: /^[\d ]+$/ })
  code: string;
  @Text({ optional: true, max: 500 }) next?: string;
}

class ToProvider {
  @Text({ optional: true, max: 500 }) next?: string;
}

class BeSomebody {
  @Text({ optional: true, max: 500 }) next?: string;
}

class TelephoneForm {
  @Says('Enter a telephone number, such as 020 7946 0123') @Telephone() telephone?: string;
}

class EndSession {
  @Text({ optional: true, max: 40 }) key?: string;
}

@Controller()
export class SignInPages {
  private readonly oidc: Oidc;
  private readonly log = new Logger('sign-in');

  constructor(
    private readonly accounts: AccountsService,
    private readonly codes: SignInCodes,
    private readonly door: Doorkeeper,
    settings: Settings,
  ) {
    this.oidc = new Oidc(settings);
  }

  @Get('sign-in')
  @Public()
  async ask(@Query('next') next: unknown, again: Again = FRESH): Promise<Page> {
    return Promise.resolve(
      new Page('people/views/sign-in.njk', {
        title: 'Sign in',
        next: localPath(next),
        provider: this.oidc.isConfigured,
        ...again,
      }),
    );
  }

  @Post('sign-in')
  @Public()
  send(@Req() request: SignedRequest, @Body() body: unknown): Promise<Redirect | Page | Download> {
    const work = async ({ email, next }: AskCode): Promise<Redirect> => {
      const attempt = await this.door.askCode(request, email);
      return new Redirect(`${paths.signInCode(attempt)}?next=${encodeURIComponent(localPath(next))}`);
    };
    return submit(AskCode, body, work, (again) => this.ask(again.input.next, again));
  }

  @Get('sign-in/code/:attempt')
  @Public()
  async askCode(
    @Param('attempt') attempt: string,
    @Query('next') next: unknown,
    again: Again = FRESH,
  ): Promise<Page> {
    if (!isUUID(attempt)) throw notFound('sign-in');
    return Promise.resolve(
      new Page('people/views/code.njk', { title: 'Type the code', attempt, next: localPath(next), ...again }),
    );
  }

  @Post('sign-in/code/:attempt')
  @Public()
  enter(
    @Req() request: SignedRequest,
    @Param('attempt') attempt: string,
    @Body() body: unknown,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Redirect | Page | Download> {
    const work = async ({ code, next }: GiveCode): Promise<Redirect> => {
      const given = { attempt, code: code.replaceAll(' ', ''), next: localPath(next) };
      return new Redirect(await this.door.giveCode({ request, response }, given));
    };
    return submit(GiveCode, body, work, (again) => this.askCode(attempt, again.input.next, again));
  }

  /** On to the provider: by a form, since it begins a session. */
  @Post('sign-in/provider')
  @Public()
  toProvider(@Req() request: SignedRequest, @Body() body: unknown): Promise<Redirect | Page | Download> {
    const work = async ({ next }: ToProvider): Promise<Redirect> => {
      if (!this.oidc.isConfigured)
        throw new Problem(404, 'not-found', 'There is no such way to sign in here.');
      await this.door.requireRoom(request);
      return new Redirect(await this.oidc.begin(request, localPath(next)));
    };
    return submit(ToProvider, body, work, (again) => this.ask(again.input.next, again));
  }

  /** Back from the provider. The address must be one that may sign in; nothing else is taken from there. */
  @Get('sign-in/provider/callback')
  @Public()
  async fromProvider(
    @Req() request: SignedRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Redirect | Page> {
    const known = await this.oidc.finish(request).catch((error: unknown) => {
      this.log.warn(`a sign-in by the provider failed: ${reasonOf(error)}`);
      return null;
    });
    const account = known && (await this.codes.admit(known.email));
    if (known && !account)
      this.log.warn('a sign-in by the provider failed: its address may not sign in here');
    if (!account) {
      const paragraphs = [
        'The sign-in did not come to its end, or the address that it vouches for may not sign in here. Nothing was changed.',
      ];
      return new Page(
        'web/views/message.njk',
        { title: 'You are not signed in', paragraphs, links: [{ href: paths.signIn, text: 'Try again' }] },
        403,
      );
    }
    const { next } = known;
    return new Redirect(await this.door.letIn({ request, response }, account, { by: 'provider', next }));
  }

  @Post('sign-out')
  @Public()
  async leave(
    @Req() request: SignedRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Redirect> {
    await this.door.leave(request);
    // What the browser kept of pages goes too; its cookies do not, since the mark that it is known stays.
    response.setHeader('Clear-Site-Data', '"cache", "storage"');
    return new Redirect(paths.signIn);
  }

  @Get('account')
  @Allow('account.own')
  async own(
    @Req() request: SignedRequest,
    @SignedIn() account: Account,
    again: Again = FRESH,
  ): Promise<Page> {
    const sessions = await this.accounts.sessions(account.id, request.sessionID);
    return new Page('people/views/account.njk', {
      title: 'Your account',
      account,
      role: ROLE_NAMES[account.role],
      isAsked: account.role === 'adviser' || account.role === 'manager',
      actsFor: await this.accounts.actsFor(account.id),
      sessions,
      ...again,
    });
  }

  @Post('account/telephone')
  @Allow('account.own')
  setTelephone(
    @Req() request: SignedRequest,
    @Granted() { actor }: Access,
    @SignedIn() account: Account,
    @Body() body: unknown,
  ): Promise<Redirect | Page | Download> {
    const work = async ({ telephone }: TelephoneForm): Promise<Redirect> => {
      await this.accounts.setTelephone(actor, account, telephone ?? null);
      return new Redirect(paths.account);
    };
    return submit(TelephoneForm, body, work, (again) => this.own(request, account, again));
  }

  /** Ends one session, or without a key all of them: this one too. */
  @Post('account/sessions/end')
  @Allow('account.own')
  endSessions(
    @Req() request: SignedRequest,
    @Granted() { actor }: Access,
    @SignedIn() account: Account,
    @Body() body: unknown,
  ): Promise<Redirect | Page | Download> {
    const work = async ({ key }: EndSession): Promise<Redirect> => {
      await this.accounts.endSessionsOf(actor, account.id, key);
      return new Redirect(paths.account);
    };
    return submit(EndSession, body, work, () => this.own(request, account));
  }

  @Get('example-users')
  @Public()
  async examples(again: Again = FRESH): Promise<Page> {
    const users = await this.accounts.examples();
    return new Page('people/views/example-users.njk', {
      title: 'Who do you want to be?',
      users,
      roles: ROLE_NAMES,
      ...again,
    });
  }

  @Post('example-users/:id')
  @Public()
  be(
    @Req() request: SignedRequest,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<Redirect | Page | Download> {
    const work = async ({ next }: BeSomebody): Promise<Redirect> => {
      const user = (await this.accounts.examples()).find((one) => one.id === id);
      if (!user) throw new Problem(404, 'not-found', 'There is no such example user.');
      await signIn(request, user.id);
      return new Redirect(lateIn(request, user.id) ? paths.lateForm : localPath(next));
    };
    return submit(BeSomebody, body, work, (again) => this.examples(again));
  }
}

/** Why the provider's answer was no use, without what it holds of anybody. */
const CODE = /^[A-Za-z_]{1,60}$/;

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'for no reason that was told';
  const { code, error: said } = error as { code?: unknown; error?: unknown };
  // What others sent is told where it is a code of the protocol, not where it is a text.
  const codes = [code, said].filter((word) => typeof word === 'string' && CODE.test(word));
  return [error.message, ...codes].join(', ');
}
