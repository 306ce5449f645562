import { Injectable, type CanActivate, type ExecutionContext, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { isUUID } from 'class-validator';
import { DataSource } from 'typeorm';
import { notFound, Problem } from '../web/problems.js';
import { inScope, PUBLIC, RULE, type Rule, type SignedRequest } from './access.js';
import { scopeOf } from './policy-table.js';
import { factsOf } from './resources.js';
import { findActor } from './tokens.js';

/** Asks the policy table before every route: 401 without a token, 403 for the wrong role, 404 for what is out of scope or not there. */
@Injectable()
export class AccessGuard implements CanActivate, OnApplicationBootstrap {
  constructor(
    private readonly reflector: Reflector,
    private readonly source: DataSource,
    private readonly discovery: DiscoveryService,
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
        if (!ruled) throw new Error(`The route ${metatype?.name ?? ''}.${name} names no action of the policy table.`);
      }
    }
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC, targets)) return true;
    const { action, resource } = this.reflector.getAllAndOverride<Rule>(RULE, targets);
    const request = context.switchToHttp().getRequest<SignedRequest>();
    const actor = await findActor(this.source, request.header('authorization'));
    if (!actor) throw new Problem(401, 'sign-in', 'Send an API token as "Authorization: Bearer …".');
    const scope = scopeOf(actor.role, action);
    if (!scope) throw new Problem(403, 'not-allowed', `The role ${actor.role} may not do this.`);
    request.access = { actor, scope };
    if (!resource) return true;
    const id = String(request.params.id);
    const facts = isUUID(id) ? await factsOf(this.source, resource, id) : null;
    if (!facts || !inScope(request.access, facts)) throw notFound(resource);
    return true;
  }
}
