import { sayMonth } from '../../calendar/phrases.js';
import type { Words } from '../../kinds/words.js';
import type { GapPart } from './gaps.js';

/** A group of seats in words. */
export function nameOf(part: GapPart, group: string, words: Words): string {
  if (part === 'position') return words.position(group);
  if (part === 'skill') return words.skill(group);
  return part === 'month' && /^\d{4}-\d\d$/.test(group) ? sayMonth(`${group}-01`) : group;
}

/** Skills with their levels in words. */
export const skillsOf = (skills: Record<string, number>, words: Words): string =>
  Object.entries(skills)
    .map(([skill, level]) => `${words.skill(skill)} ${String(level)}`)
    .join(', ');
