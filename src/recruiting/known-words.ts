import type { EntityManager } from 'typeorm';
import type { ReferenceService } from '../reference/reference.service.js';
import { badField } from '../web/problems.js';
import type { Campaign } from './campaign.entity.js';

/** Throws a 400 for a position or skill that is none. */
export async function requireWords(
  reference: ReferenceService,
  tx: EntityManager,
  { positions, skills }: Pick<Campaign, 'positions' | 'skills'>,
): Promise<void> {
  const known = {
    positions: (await reference.get('positions', tx)).map(({ id }) => id),
    skills: (await reference.get('skills', tx)).map(({ id }) => id),
  };
  const position = positions.find((one) => !known.positions.includes(one));
  if (position !== undefined)
    throw badField('/positions', `found "${position}"; allowed: ${known.positions.join(', ')}`);
  const skill = Object.keys(skills).find((one) => !known.skills.includes(one));
  if (skill !== undefined) throw badField('/skills', `found "${skill}"; allowed: ${known.skills.join(', ')}`);
}
