import { Injectable } from '@nestjs/common';
import { loadGroups, requireGroup } from './party-groups.js';
import type { EntityManager } from 'typeorm';
import { londonDate } from '../calendar/dates.js';
import { Database } from '../database/database.js';
import { MessagesService } from '../messages/messages.service.js';
import { badField, badInput, conflict, notFound } from '../web/problems.js';
import type { Actor } from './access.js';
import { ApiToken } from './api-token.entity.js';
import { record } from './audit.js';
import { NEEDED_SCOPE, ROLE_NAMES, type Role } from './permissions.js';
import { councilOf, regionNamed } from './scopes.js';
import { createToken, MOST_DAYS, type TokenFor } from './tokens.js';

/** A token as somebody asks for it; a council by its code. */
export interface WantedToken {
  name: string;
  role: Role;
  region?: string | undefined;
  council?: string | undefined;
  peer?: string | undefined;
  party?: string | undefined;
  readOnly: boolean;
  /** How long it holds, 1 to 365. */
  days: number;
  /** Said once for each form, so that a form which is sent again makes no second token. */
  id?: string | undefined;
}

/** Tokens of the API: made, listed, ended. */
@Injectable()
export class TokensService {
  constructor(
    private readonly db: Database,
    private readonly messages: MessagesService,
  ) {}

  /** Those that open something first, then by name. */
  list(): Promise<ApiToken[]> {
    return this.db.manager.find(ApiToken, {
      order: { revokedAt: { direction: 'ASC', nulls: 'FIRST' }, name: 'ASC', id: 'ASC' },
      take: 500,
    });
  }

  /** Makes a token; what is returned is shown once and kept nowhere. Throws a 400 where a role lacks whom it is for, or that is not there. */
  async make(actor: Actor, wanted: WantedToken): Promise<string> {
    const { name, role, region, council, peer, party, readOnly, days, id } = wanted;
    if (!Number.isInteger(days) || days < 1 || days > MOST_DAYS)
      throw badField('/days', `found ${String(days)}; allowed: 1 to ${String(MOST_DAYS)}`);
    const whose: TokenFor = {
      name,
      role,
      readOnly,
      expiresAt: this.db.ago(-days * 86_400),
      ...(region ? { region: await regionNamed(this.db, region) } : {}),
      ...(council ? { councilId: await councilOf(this.db, council) } : {}),
      ...(peer ? { peerId: peer } : {}),
      ...(party ? { party: requireGroup(await loadGroups(this.db.manager), party, '/party') ?? party } : {}),
    };
    const need = NEEDED_SCOPE[role];
    if (need && !whose[need])
      throw badInput(`A token of the role ${role} needs to say for whom.`, [
        {
          pointer: `/${need.replace('Id', '')}`,
          detail: `enter the ${need.replace('Id', '')} that it is for`,
        },
      ]);
    return this.db.transact(async (tx) => {
      if (id && (await tx.existsBy(ApiToken, { id })))
        throw conflict(
          'made-already',
          'This token was made already, and was shown once. End it and make another where it is lost.',
        );
      const token = await createToken(tx, { ...whose, ...(id ? { id } : {}) });
      await record(tx, actor, 'token.made', 'tokens', { name, role, readOnly, days });
      await this.tellOfNew(tx, actor, whose);
      return token;
    });
  }

  /** The other administrators hear of a new token, and the peer for whom it speaks: nobody makes one unseen. */
  private async tellOfNew(
    tx: EntityManager,
    actor: Actor,
    { name, role, peerId, expiresAt }: TokenFor,
  ): Promise<void> {
    const told = await tx.query<{ email: string }[]>(
      `SELECT email FROM accounts WHERE role = 'admin' AND state = 'active' AND 'account:' || id <> $1
       UNION SELECT email FROM peers WHERE id = $2 AND email IS NOT NULL`,
      [actor.id, peerId ?? null],
    );
    await this.messages.post(tx, {
      template: 'token-made',
      data: { name, role: ROLE_NAMES[role], until: londonDate(expiresAt) },
      to: told.map(({ email }) => email),
      cause: `token-${name}-${String(this.db.now().getTime())}`,
      about: 'tokens',
    });
  }

  /** From now on it opens nothing. Ending it twice is ending it once. */
  async revoke(actor: Actor, id: string): Promise<void> {
    await this.db.transact(async (tx) => {
      const token = await tx.findOne(ApiToken, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!token) throw notFound('token');
      if (token.revokedAt) return;
      token.revokedAt = this.db.now();
      await tx.save(token);
      await record(tx, actor, 'token.revoked', `token:${id}`, { name: token.name });
    });
  }
}
