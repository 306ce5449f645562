import {
  createParamDecorator,
  SetMetadata,
  type CustomDecorator,
  type ExecutionContext,
} from '@nestjs/common';
import type { Request } from 'express';
import type { SelectQueryBuilder, ObjectLiteral } from 'typeorm';
import { notFound } from '../web/problems.js';
import type { Account } from './account.entity.js';
import { scopeOf, type Action, type Role, type Scope } from './permissions.js';
import type { Facts, Resource } from './resources.js';

/** Who asks. */
export interface Actor {
  /** Written to the audit trail; names no person, but for an operator by the user of the operating system. */
  id: string;
  role: Role;
  region: string | null;
  councilId: string | null;
  peerId: string | null;
  party: string | null;
  /** Regions of advisers who are away and whose deputy this is. */
  alsoRegions: string[];
  /** Named to see what is told in confidence. */
  senior: boolean;
}

/** Who asks, and in which scope the action of the route is allowed to them. */
export interface Access {
  actor: Actor;
  scope: Scope;
}

/** What the service does by itself: jobs, deadlines, the example programme. */
export const SYSTEM: Actor = {
  id: 'system',
  role: 'admin',
  region: null,
  councilId: null,
  peerId: null,
  party: null,
  alsoRegions: [],
  senior: false,
};

export interface Rule {
  action: Action;
  /** What the route's `:id` names; absent for lists and for things without an owner. */
  resource?: Resource;
}

export const RULE = 'access-rule';
export const PUBLIC = 'access-public';
export const NOTED = 'access-noted';
export const PROVED = 'access-proved';

/** Names the action of a route, and what its `:id` is. A route without this or `Public` does not start. */
export const Allow = (action: Action, resource?: Resource): CustomDecorator =>
  SetMetadata(RULE, { action, ...(resource ? { resource } : {}) } satisfies Rule);

/** Names what a route hands out of people, so that the audit trail says who took it. */
export const Noted = (action: string): CustomDecorator => SetMetadata(NOTED, action);

/**
 * A page that is shown, and a form that is taken, only of somebody who proved lately who they are: a form for longer than a page, unless it
 * says otherwise.
 */
export const Proved = (as?: 'see' | 'send'): CustomDecorator => SetMetadata(PROVED, as ?? 'by method');

/** For health and the description of the API. */
export const Public = (): CustomDecorator => SetMetadata(PUBLIC, true);

export interface SignedRequest extends Request {
  id: string;
  access: Access;
  /** What it was about, for the log: every view of a record leaves a line. */
  object?: string;
  /** What it wanted, for the log, where it was not given. */
  asked?: string;
  /** The type of problem that it was refused with, for the log. */
  problem?: string;
  /** Who is signed in, on pages. */
  account?: Account;
  /** As what somebody acts, by session or by token: also where they are refused. */
  actor?: Actor;
}

/** Who is signed in. */
export const SignedIn = createParamDecorator((_: unknown, context: ExecutionContext): Account => {
  const { account } = context.switchToHttp().getRequest<SignedRequest>();
  if (!account) throw new Error('a route without a sign-in asked for an account');
  return account;
});

/** The access that the guard granted. */
export const Granted = createParamDecorator(
  (_: unknown, context: ExecutionContext): Access =>
    context.switchToHttp().getRequest<SignedRequest>().access,
);

/** Whether an object is within a scope. */
export function inScope({ actor, scope }: Access, facts: Partial<Facts>): boolean {
  if (scope === 'all' || (scope === 'confided' && actor.senior)) return true;
  if (scope === 'confided') return ownRegions(actor).some((region) => region === facts.region);
  if (scope === 'region')
    return (
      actor.region === null || [actor.region, ...actor.alsoRegions].some((region) => region === facts.region)
    );
  // What was of a body is of those that follow it.
  if (scope === 'council')
    return (
      actor.councilId !== null && [facts.councilId, ...(facts.councilIds ?? [])].includes(actor.councilId)
    );
  if (scope === 'own') return actor.peerId !== null && (facts.peerIds ?? []).includes(actor.peerId);
  return actor.party !== null && facts.party === actor.party;
}

/** Throws the same 404 as for what does not exist. */
export function requireInScope(access: Access, facts: Partial<Facts>, what: string): void {
  if (!inScope(access, facts)) throw notFound(what);
}

/** Narrows a list to a scope; the columns name where region, council, partners, peer and party stand in the query. */
export function narrow<T extends ObjectLiteral>(
  query: SelectQueryBuilder<T>,
  { actor, scope }: Access,
  columns: { region?: string; council?: string; partners?: string; peer?: string; party?: string },
): SelectQueryBuilder<T> {
  if (
    scope === 'all' ||
    (scope === 'region' && actor.region === null) ||
    (scope === 'confided' && actor.senior)
  )
    return query;
  const columnOf = {
    region: columns.region,
    confided: columns.region,
    council: columns.council,
    own: columns.peer,
    party: columns.party,
  };
  const valuesOf = {
    region: [actor.region, ...actor.alsoRegions],
    confided: ownRegions(actor),
    council: [actor.councilId],
    own: [actor.peerId],
    party: [actor.party],
  };
  const [column, allowed] = [columnOf[scope], valuesOf[scope].filter((value) => value !== null)];
  const line = 'SELECT l.ancestor_id FROM council_lines l WHERE l.id IN (:...scopeValues)';
  const values = scope === 'council' ? line : ':...scopeValues';
  const joint = scope === 'council' && columns.partners ? ` OR ${columns.partners} && ARRAY(${line})` : '';
  return column && allowed.length > 0
    ? query.andWhere(`(${column} IN (${values})${joint})`, { scopeValues: allowed })
    : query.andWhere('false');
}

/** The regions whose things somebody may see; null for all. */
export function regionsOf({ actor, scope }: Access): string[] | null {
  if (
    scope === 'all' ||
    (scope === 'region' && actor.region === null) ||
    (scope === 'confided' && actor.senior)
  )
    return null;
  return scope === 'region' || scope === 'confided' ? ownRegions(actor) : [];
}

/** The regions that an adviser answers for; none for a national one, and none for others. */
function ownRegions({ role, region, alsoRegions }: Actor): string[] {
  return role === 'adviser' ? [region, ...alsoRegions].filter((one) => one !== null) : [];
}

/** The scope in which somebody may do an action: as the table says of the role, and in confidence only to those who are confided in. */
export function scopeFor(actor: Actor, action: Action): Scope | undefined {
  const scope = scopeOf(actor.role, action);
  return scope === 'confided' && !actor.senior && ownRegions(actor).length === 0 ? undefined : scope;
}
