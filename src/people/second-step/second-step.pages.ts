import { Body, Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import { renderSVG } from 'uqr';
import { Choice, Text } from '../../web/fields.js';
import { FRESH, Says, submit, type Again } from '../../web/forms.js';
import { Page, Redirect, type Download } from '../../web/pages.js';
import { paths } from '../../web/paths.js';
import { Allow, Proved, Public, SignedIn, type SignedRequest } from '../access.js';
import type { Account } from '../account.entity.js';
import { AccountsService } from '../accounts.service.js';
import { Doorkeeper } from '../doorkeeper.js';
import { keepNewKey, newKeyIn, pendingIn } from '../session.js';
import { SecondStepResets } from './resets.service.js';
import { SecondSteps } from './second-steps.service.js';

type Answer = Promise<Page | Redirect | Download>;

class CodeForm {
  @Says('Enter the 6 digits that the app shows') @Text({ max: 40 }) code: string;
}

const STEPS = ['begin', 'confirm', 'renew', 'keep', 'remove'] as const;

class OwnStep {
  @Choice(STEPS) step: (typeof STEPS)[number];
  @Text({ optional: true, max: 40 }) code?: string;
}

/** Of such a picture, in its own dots: less is not read by every camera. */
const QUIET_ZONE = 4;

/** The second step of a sign-in, and setting it up. */
@Controller()
export class SecondStepPages {
  constructor(
    private readonly second: SecondSteps,
    private readonly resets: SecondStepResets,
    private readonly accounts: AccountsService,
    private readonly door: Doorkeeper,
  ) {}

  @Get('sign-in/second-step')
  @Public()
  ask(@Req() request: SignedRequest): Page | Redirect {
    return pendingIn(request, 'code') ? codePage(FRESH) : new Redirect(paths.signIn);
  }

  @Post('sign-in/second-step')
  @Public()
  enter(
    @Req() request: SignedRequest,
    @Res({ passthrough: true }) response: Response,
    @Body() body: unknown,
  ): Answer {
    const work = async ({ code }: CodeForm): Promise<Redirect> => {
      const pending = pendingIn(request, 'code');
      if (!pending) return new Redirect(paths.signIn);
      const account = await this.accounts.active(pending.accountId);
      await this.second.check(account, code);
      await this.door.enter({ request, response }, account, { by: pending.by, second: true });
      return new Redirect(pending.next);
    };
    return submit(CodeForm, body, work, (again) => Promise.resolve(codePage(again)));
  }

  @Get('sign-in/second-step/set-up')
  @Public()
  async setUp(@Req() request: SignedRequest, again: Again = FRESH): Promise<Page | Redirect> {
    const pending = pendingIn(request, 'set-up');
    if (!pending) return new Redirect(paths.signIn);
    const account = await this.accounts.active(pending.accountId);
    return this.setUpPage(request, account, { ...again, required: true });
  }

  /** The codes for a lost telephone stand on the page that answers, once; it leads on to where the person wanted to go. */
  @Post('sign-in/second-step/set-up')
  @Public()
  confirm(
    @Req() request: SignedRequest,
    @Res({ passthrough: true }) response: Response,
    @Body() body: unknown,
  ): Answer {
    const work = async ({ code }: CodeForm): Promise<Page | Redirect> => {
      const pending = pendingIn(request, 'set-up');
      if (!pending) return new Redirect(paths.signIn);
      const account = await this.accounts.active(pending.accountId);
      const codes = await this.second.confirm(account, newKeyIn(request), code);
      await this.door.enter({ request, response }, account, { by: pending.by, second: true });
      return codesPage(codes, pending.next);
    };
    return submit(CodeForm, body, work, async (again) => {
      const page = await this.setUp(request, again);
      return page instanceof Page ? page : codePage(again);
    });
  }

  @Get('account/second-step')
  @Proved()
  @Allow('account.own')
  async own(@SignedIn() account: Account, again: Again = FRESH): Promise<Page> {
    const step = await this.second.confirmed(account.id);
    return new Page('people/second-step/views/own.njk', {
      title: 'A second step when you sign in',
      since: step?.confirmedAt ?? null,
      left: step?.recovery.length ?? 0,
      required: this.second.isRequired(account),
      isExample: account.example,
      resetAskedAt: step?.resetAskedAt ?? null,
      ...again,
    });
  }

  @Post('account/second-step')
  @Proved('see')
  @Allow('account.own')
  change(@Req() request: SignedRequest, @SignedIn() account: Account, @Body() body: unknown): Answer {
    const work = async ({ step, code = '' }: OwnStep): Promise<Page | Redirect> => {
      if (step === 'begin') {
        await keepNewKey(request, this.second.newKey());
        return new Redirect(paths.ownSecondStepSetUp);
      }
      if (step === 'confirm') {
        const codes = await this.second.confirm(account, newKeyIn(request), code);
        await keepNewKey(request, '');
        return codesPage(codes, paths.account);
      }
      if (step === 'renew') return codesPage(await this.second.renew(account, code), paths.account);
      if (step === 'keep') await this.resets.keep(account);
      else {
        await this.second.check(account, code);
        await this.second.remove(account);
      }
      return new Redirect(paths.ownSecondStep);
    };
    return submit(OwnStep, body, work, async (again) => {
      const page = again.input.step === 'confirm' ? await this.ownSetUp(request, account, again) : null;
      return page instanceof Page ? page : this.own(account, again);
    });
  }

  /** The key stays the same however often this is loaded. */
  @Get('account/second-step/set-up')
  @Proved('send')
  @Allow('account.own')
  async ownSetUp(
    @Req() request: SignedRequest,
    @SignedIn() account: Account,
    again: Again = FRESH,
  ): Promise<Page | Redirect> {
    const isOver = newKeyIn(request) === '' || (await this.second.confirmed(account.id)) !== null;
    return isOver
      ? new Redirect(paths.ownSecondStep)
      : this.setUpPage(request, account, { ...again, required: false });
  }

  private setUpPage(request: SignedRequest, account: Account, model: Again & { required: boolean }): Page {
    const { key, address } = this.second.setUpOf(account, newKeyIn(request));
    const picture = `data:image/svg+xml;base64,${Buffer.from(renderSVG(address, { border: QUIET_ZONE })).toString('base64')}`;
    const action = model.required ? paths.secondStepSetUp : paths.ownSecondStep;
    const shown = { key: key.replace(/(.{4})(?=.)/g, '$1 '), address, picture, action };
    return new Page('people/second-step/views/set-up.njk', {
      title: 'Set up a second step',
      ...shown,
      ...model,
    });
  }
}

const codePage = (again: Again): Page =>
  new Page('people/second-step/views/code.njk', { title: 'Type the code of your app', ...again });

const codesPage = (codes: string[], next: string): Page =>
  new Page('people/second-step/views/codes.njk', {
    title: 'Keep these recovery codes',
    codes: codes.map((code) => code.replace(/^(.{5})/, '$1-')),
    next,
  });
