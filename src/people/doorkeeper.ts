import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import type { Response } from 'express';
import { Settings } from '../settings.js';
import { badField, Problem } from '../web/problems.js';
import { networkOf } from '../web/networks.js';
import { Tries } from '../web/tries.js';
import type { SignedRequest as Request } from './access.js';
import type { Account } from './account.entity.js';
import { browserWords } from './browser-words.js';
import { KnownBrowsers } from './known-browsers.js';
import { plain } from './second-step/codes.js';
import { SecondSteps } from './second-step/second-steps.service.js';
import { accountIn, awaitSecondStep, noteProof, signIn, signOut } from './session.js';
import { SignInCodes, type HowSignedIn } from './sign-in-codes.service.js';
import { paths } from '../web/paths.js';

/** A request, and the answer that it will have. */
export interface Exchange {
  request: Request;
  response: Response;
}

/** Who comes to sign in. Strangers are slowed down; the owner of an account, in a browser that signed in before, is not slowed down by them. */
@Injectable()
export class Doorkeeper {
  private readonly browsers: KnownBrowsers;

  constructor(
    private readonly codes: SignInCodes,
    private readonly tries: Tries,
    private readonly settings: Settings,
    private readonly second: SecondSteps,
  ) {
    this.browsers = new KnownBrowsers(settings);
  }

  /** Has a code sent. Throws a 429 after too many, the same for addresses that may sign in and that may not. */
  async askCode(request: Request, email: string): Promise<string> {
    this.requireSafe(request);
    const [network, address] = [networkOf(request), email.toLowerCase()];
    const known = this.browsers.knows(request, address, await this.codes.knownSince(address));
    await this.tries.count('asked', network);
    await this.tries.count('askedFor', `${address} ${known ? 'known' : network}`);
    if (!known) await this.tries.count('askedByStrangers', address);
    return this.codes.send(email);
  }

  /** Throws a 429 after too many from one network: whoever goes to a provider is given a session of nobody, which is kept until they are back. */
  requireRoom(request: Request): Promise<void> {
    return this.tries.count('asked', networkOf(request));
  }

  /** Throws a 503 where no session could begin: its cookie is for https alone, and this request does not seem to have come by that. */
  private requireSafe(request: Request): void {
    if (request.secure || !this.settings.ADDRESS.startsWith('https://')) return;
    throw new Problem(
      503,
      'not-https',
      'Nobody can sign in at the moment: the service does not know that you came by https. Whoever runs it sets TRUSTED_PROXIES to the number of proxies, which say X-Forwarded-Proto.',
    );
  }

  /**
   * Signs in whoever brings the code of an attempt. Throws a 400 for a wrong one, a 429 after too many from one network. An attempt takes five
   * tries and belongs to who asked for it, so that what strangers guess costs the owner of an account nothing. Returns where to go on.
   */
  async giveCode(
    { request, response }: Exchange,
    { attempt, code, next }: { attempt: string; code: string; next: string },
  ): Promise<string> {
    const account = await this.ofCode(request, attempt, code);
    return this.letIn({ request, response }, account, { by: 'code', next });
  }

  /** Somebody who is signed in proves by a code in their mail that it is still them. Throws as `giveCode` does, and a 400 for the code of another. */
  async proveByMail(
    request: Request,
    { id }: Account,
    { attempt, code }: { attempt: string; code: string },
  ): Promise<void> {
    const account = await this.ofCode(request, attempt, plain(code));
    if (account.id !== id) throw badField('/code', 'this code was sent to somebody else');
  }

  /** Whose a code is. It counts before it is looked at, so that many at once are no way round, and counts no more where it was right. */
  private async ofCode(request: Request, attempt: string, code: string): Promise<Account> {
    const network = networkOf(request);
    await this.tries.count('wrong', network);
    const account = await this.codes.check(isUUID(attempt) ? attempt : randomUUID(), code);
    await this.tries.giveBack('wrong', network);
    return account;
  }

  /** After the first proof: a new session, or the second step. Returns where to go on. */
  async letIn(
    exchange: Exchange,
    account: Account,
    { by, next }: { by: HowSignedIn['by']; next: string },
  ): Promise<string> {
    this.requireSafe(exchange.request);
    await this.tries.giveBack('asked', networkOf(exchange.request));
    const due = await this.second.dueOf(account);
    if (due === 'none') {
      await this.enter(exchange, account, { by, second: false });
      return next;
    }
    const pending = { accountId: account.id, by, next, due };
    await awaitSecondStep(exchange.request, pending, due === 'set-up' ? this.second.newKey() : '');
    return due === 'code' ? paths.secondStep : paths.secondStepSetUp;
  }

  /** A new session for somebody who has proved who they are. */
  async enter(
    { request, response }: Exchange,
    account: Account,
    how: Pick<HowSignedIn, 'by' | 'second'>,
  ): Promise<void> {
    const known = this.browsers.knows(request, account.email, account.knownSince);
    await signIn(request, account.id);
    this.browsers.remember(request, response, account.email);
    const browser = browserWords(request.header('user-agent') ?? '');
    await this.codes.signedIn(account, { ...how, browser, known, request: request.id });
  }

  /** Somebody who is signed in has proved again that it is them. */
  async proved(request: Request, account: Account): Promise<void> {
    await noteProof(request);
    await this.codes.note('proof', account.id, request.id);
  }

  /** Ends the session of whoever has one. */
  async leave(request: Request): Promise<void> {
    const accountId = accountIn(request);
    await signOut(request);
    if (accountId !== undefined) await this.codes.note('sign-out', accountId, request.id);
  }
}
