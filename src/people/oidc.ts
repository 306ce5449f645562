import type { Request } from 'express';
import * as client from 'openid-client';
import { saved } from '../web/sessions.js';
import type { Settings } from '../settings.js';

declare module 'express-session' {
  interface SessionData {
    /** What was sent to the provider, to hold its answer against. */
    oidc: { verifier: string; state: string; nonce: string; next: string };
  }
}

interface Claims {
  email?: unknown;
  email_verified?: unknown;
}

/** Sign-in by an OpenID Connect provider: the address that it vouches for is the account's. */
export class Oidc {
  private configuration: Promise<client.Configuration> | null = null;

  constructor(private readonly settings: Settings) {}

  get isConfigured(): boolean {
    return this.settings.OIDC_ISSUER !== undefined && this.settings.OIDC_CLIENT_ID !== undefined;
  }

  /** Where the browser goes to sign in; what it must bring back is kept in its session. */
  async begin(request: Request, next: string): Promise<string> {
    const configuration = await this.discovered();
    const [verifier, state, nonce] = [
      client.randomPKCECodeVerifier(),
      client.randomState(),
      client.randomNonce(),
    ];
    request.session.oidc = { verifier, state, nonce, next };
    await saved(request);
    const parameters = {
      redirect_uri: this.callback,
      scope: 'openid email',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    };
    return client.buildAuthorizationUrl(configuration, parameters).href;
  }

  /** The verified address of whoever came back, and where they wanted to go. Throws for anything that does not belong to this browser's question. */
  async finish(request: Request): Promise<{ email: string; next: string }> {
    const asked = request.session.oidc;
    if (!asked) throw new Error('nobody asked');
    delete request.session.oidc;
    const answer = new URL(`${this.callback}${request.originalUrl.slice(request.path.length)}`);
    const tokens = await client.authorizationCodeGrant(await this.discovered(), answer, {
      pkceCodeVerifier: asked.verifier,
      expectedState: asked.state,
      expectedNonce: asked.nonce,
      idTokenExpected: true,
    });
    const email = await this.addressOf(tokens);
    return { email: email.toLowerCase(), next: asked.next };
  }

  /** The address that the provider vouches for: in its answer, or where it keeps it for those who ask further. */
  private async addressOf(
    tokens: client.TokenEndpointResponse & client.TokenEndpointResponseHelpers,
  ): Promise<string> {
    const claims = (tokens.claims() ?? {}) as Claims;
    const subject = tokens.claims()?.sub;
    const asks = typeof claims.email !== 'string' && subject !== undefined;
    const told: Claims = asks
      ? await client.fetchUserInfo(await this.discovered(), tokens.access_token, subject)
      : claims;
    if (typeof told.email !== 'string')
      throw new Error('the provider names no e-mail address, neither in its answer nor when asked');
    const isVouchedFor =
      told.email_verified === true ||
      (told.email_verified === undefined && this.settings.OIDC_TRUST_ADDRESSES === 'yes');
    if (!isVouchedFor)
      throw new Error(
        'the provider does not say that the address is verified; OIDC_TRUST_ADDRESSES=yes trusts all addresses of it',
      );
    return told.email;
  }

  private get callback(): string {
    return `${this.settings.ADDRESS}/sign-in/provider/callback`;
  }

  /** What the provider says of itself, read once; where it could not be read, again the next time. */
  private discovered(): Promise<client.Configuration> {
    const { OIDC_ISSUER = '', OIDC_CLIENT_ID = '', OIDC_CLIENT_SECRET } = this.settings;
    this.configuration ??= client
      .discovery(new URL(OIDC_ISSUER), OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, undefined, {
        // The signature of what it says is checked too, not only from where it came.
        execute: [client.enableNonRepudiationChecks],
      })
      .catch((error: unknown) => {
        this.configuration = null;
        throw error;
      });
    return this.configuration;
  }
}
