import { Body, Controller, Get, Post, Query, Req } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { Choice, Text, Uuid } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { badField } from '../web/problems.js';
import { Allow, SignedIn, type SignedRequest } from './access.js';
import type { Account } from './account.entity.js';
import { Doorkeeper } from './doorkeeper.js';
import { localPath } from './local-path.js';
import { SecondSteps } from './second-step/second-steps.service.js';

class ProofForm {
  @Choice(['send', 'prove']) step: 'send' | 'prove';
  @Says('Enter the 6 digits of the code') @Text({ optional: true, max: 40 }) code?: string;
  @Uuid({ optional: true }) attempt?: string;
  @Text({ optional: true, max: 500 }) next?: string;
}

/** Before what is risky somebody proves again who they are: by their app, or where they have none by a code in their mail. */
@Controller()
export class ProvePages {
  constructor(
    private readonly second: SecondSteps,
    private readonly door: Doorkeeper,
  ) {}

  @Get('account/prove')
  @Allow('account.own')
  async ask(
    @SignedIn() account: Account,
    @Query() { next, attempt }: Record<string, unknown>,
    again: Again = FRESH,
  ): Promise<Page> {
    return new Page('people/views/prove.njk', {
      title: 'Prove that it is you',
      email: account.email,
      hasApp: (await this.second.confirmed(account.id)) !== null,
      attempt: isUUID(attempt) ? attempt : null,
      next: localPath(next),
      ...again,
    });
  }

  @Post('account/prove')
  @Allow('account.own')
  prove(
    @Req() request: SignedRequest,
    @SignedIn() account: Account,
    @Body() body: unknown,
  ): Promise<Page | Redirect | Download> {
    const work = async ({ step, code, attempt, next }: ProofForm): Promise<Redirect | Page> => {
      const onwards = localPath(next);
      if (step === 'send') {
        const sent = await this.door.askCode(request, account.email);
        return new Redirect(`${paths.prove}?attempt=${sent}&next=${encodeURIComponent(onwards)}`);
      }
      if (!code) throw badField('/code', 'enter the 6 digits of the code');
      if (await this.second.confirmed(account.id)) await this.second.check(account, code);
      else await this.door.proveByMail(request, account, { attempt: attempt ?? '', code });
      await this.door.proved(request, account);
      return FILE.test(onwards) ? savePage(onwards) : new Redirect(onwards);
    };
    return submit(ProofForm, body, work, (again) => this.ask(account, again.input, again));
  }
}

const FILE = /\.csv(\?|$)/;

/** A file is saved and shows no page, so that this one leads to it. */
const savePage = (file: string): Page =>
  new Page('web/views/message.njk', {
    title: 'Thank you, it is you',
    paragraphs: ['You can save the file now.'],
    links: [
      { href: file, text: 'Save the file' },
      { href: paths.home, text: 'Go to the start page' },
    ],
  });
