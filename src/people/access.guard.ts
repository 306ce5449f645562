import {
  Injectable,
  type CanActivate,
  type ExecutionContext,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { isUUID } from 'class-validator';
import { notFound, Problem, PROVE_AGAIN } from '../web/problems.js';
import { isApiPath } from '../web/pages.js';
import {
  inScope,
  PROVED,
  PUBLIC,
  RULE,
  scopeFor,
  type Actor,
  type Rule,
  type SignedRequest,
} from './access.js';
import { AccountsService } from './accounts.service.js';
import { ROLE_NAMES } from './permissions.js';
import { factsOf } from './resources.js';
import { accountIn, hasProved } from './session.js';
import { findBearer } from './tokens.js';
import { Database } from '../database/database.js';

/** Asks the policy table before every route: 401 without a token or sign-in, 403 for the wrong role, 404 for what is out of scope or not there. */
@Injectable()
export class AccessGuard implements CanActivate, OnApplicationBootstrap {
  constructor(
    private readonly reflector: Reflector,
    private readonly db: Database,
    private readonly discovery: DiscoveryService,
    private readonly accounts: AccountsService,
  ) {}

  /** A route that is not in the table fails the start, and so every test. */
  onApplicationBootstrap(): void {
    const scanner = new MetadataScanner();
    for (const { instance, metatype } of this.discovery.getControllers()) {
      const prototype = Object.getPrototypeOf(instance) as Record<string, () => unknown>;
      for (const name of scanner.getAllMethodNames(prototype)) {
        const handler = prototype[name];
        if (!handler || Reflect.getMetadata('path', handler) === undefined) continue;
        const ruled =
          this.reflector.get<Rule | undefined>(RULE, handler) ??
          this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC, [handler, metatype as () => unknown]);
        if (!ruled)
          throw new Error(`The route ${metatype?.name ?? ''}.${name} names no action of the policy table.`);
      }
    }
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    const request = context.switchToHttp().getRequest<SignedRequest>();
    const isPublic = this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC, targets);
    const actor = isApiPath(request.path) ? await this.bearer(request, isPublic) : await this.person(request);
    if (isPublic) return true;
    if (!actor)
      throw new Problem(
        401,
        'sign-in',
        'Sign in first; with the API, send a token as "Authorization: Bearer …".',
      );
    const { action, resource } = this.reflector.getAllAndOverride<Rule>(RULE, targets);
    request.actor = actor;
    const scope = scopeFor(actor, action);
    if (!scope)
      throw new Problem(403, 'not-allowed', `Your role here, ${ROLE_NAMES[actor.role]}, may not do this.`);
    const proof = this.reflector.getAllAndOverride<string | undefined>(PROVED, targets);
    if (proof) requireProof(request, proof);
    request.access = { actor, scope };
    if (!resource) return true;
    const id = String(request.params.id);
    request.asked = isUUID(id) ? `${resource}:${id}` : resource;
    const facts = isUUID(id) ? await factsOf(this.db, resource, id) : null;
    if (!facts || !inScope(request.access, facts)) throw notFound(resource);
    request.object = `${resource}:${id}`;
    return true;
  }

  private async bearer(request: SignedRequest, isPublic: boolean | undefined): Promise<Actor | null> {
    const bearer = isPublic ? null : await findBearer(this.db, request.header('authorization'));
    if (bearer) request.actor = bearer.actor;
    if (bearer?.readOnly && request.method !== 'GET' && request.method !== 'HEAD')
      throw new Problem(
        403,
        'read-only',
        'This token reads, and changes nothing; take another one for that.',
      );
    return bearer?.actor ?? null;
  }

  /** Who is signed in by the session; on public pages too, since they say so. */
  private async person(request: SignedRequest): Promise<Actor | null> {
    const accountId = accountIn(request);
    const found = accountId === undefined ? null : await this.accounts.actorOf(accountId);
    if (found) Object.assign(request, found);
    return found?.actor ?? null;
  }
}

/** Throws a 403 where a person signed in long ago; people of the example prove nothing, and the API has its tokens. */
function requireProof(request: SignedRequest, as: string): void {
  const { account } = request;
  const isSeen = as === 'see' || (as !== 'send' && request.method === 'GET');
  if (!account || account.example || hasProved(request, isSeen ? 'see' : 'send')) return;
  throw new Problem(
    403,
    PROVE_AGAIN,
    'You signed in a while ago. Prove that it is still you in a new tab, by the link below, then come back and load this page again: your browser sends what you typed once more.',
  );
}
