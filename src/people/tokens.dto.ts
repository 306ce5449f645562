import { Choice, Day, Flag, Instant, Int, Text, Uuid } from '../web/fields.js';
import type { ApiToken } from './api-token.entity.js';
import { ROLES, type Role } from './permissions.js';
import { MOST_DAYS } from './tokens.js';

/** A token to be made. */
export class MakeToken {
  @Text({ max: 100, description: 'What it is for' }) name: string;
  @Choice(ROLES) role: Role;
  @Text({ optional: true, max: 60, description: 'Of an adviser; left out: all regions' }) region?: string;
  @Text({ optional: true, max: 20, description: 'Code of a council' }) council?: string;
  @Uuid({ optional: true, description: 'Of a peer' }) peer?: string;
  @Text({ optional: true, max: 60, description: 'Of a group office or a lead member peer' }) party?: string;
  @Flag({ optional: true, description: 'It reads, and changes nothing' }) readOnly?: boolean;
  @Int({ optional: true, min: 1, max: MOST_DAYS, description: 'How long it holds; a year unless told' })
  days?: number;
}

export class MadeTokenView {
  @Text({ description: 'Shown once, and kept nowhere' }) token: string;
}

export class TokenView {
  @Uuid() id: string;
  @Text() name: string;
  @Choice(ROLES) role: Role;
  @Text({ nullable: true }) region: string | null;
  @Text({ nullable: true }) party: string | null;
  @Uuid({ nullable: true }) councilId: string | null;
  @Uuid({ nullable: true }) peerId: string | null;
  @Flag() readOnly: boolean;
  @Instant() expiresAt: string;
  @Day({ nullable: true }) lastUsedOn: string | null;
  @Instant({ nullable: true }) revokedAt: string | null;
}

export const viewToken = (token: ApiToken): TokenView => {
  const { id, name, role, region, party, councilId, peerId, readOnly, expiresAt, lastUsedOn, revokedAt } =
    token;
  const ends = { expiresAt: expiresAt.toISOString(), revokedAt: revokedAt?.toISOString() ?? null };
  return { id, name, role, region, party, councilId, peerId, readOnly, lastUsedOn, ...ends };
};
