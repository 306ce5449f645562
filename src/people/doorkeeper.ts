import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Settings } from '../settings.js';
import { Problem } from '../web/problems.js';
import { networkOf, Tries } from '../web/tries.js';
import type { Account } from './account.entity.js';
import { browserWords } from './browser-words.js';
import { KnownBrowsers } from './known-browsers.js';
import { signIn } from './session.js';
import { SignInCodes, type HowSignedIn } from './sign-in-codes.service.js';

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
   * tries and belongs to who asked for it, so that what strangers guess costs the owner of an account nothing.
   */
  async giveCode({ request, response }: Exchange, attempt: string, code: string): Promise<void> {
    const network = networkOf(request);
    await this.tries.requireFew('wrong', network);
    const account = await this.codes.check(attempt, code).catch(async (error: unknown) => {
      if (error instanceof Problem) await this.tries.miss('wrong', network);
      throw error;
    });
    await this.tries.giveBack('asked', network);
    await this.letIn({ request, response }, account, 'code');
  }

  /** A new session for somebody who has proved who they are. */
  async letIn({ request, response }: Exchange, account: Account, by: HowSignedIn['by']): Promise<void> {
    this.requireSafe(request);
    const known = this.browsers.knows(request, account.email, account.knownSince);
    await signIn(request, account.id);
    this.browsers.remember(request, response, account.email);
    const browser = browserWords(request.header('user-agent') ?? '');
    await this.codes.signedIn(account, { by, browser, known });
  }
}
