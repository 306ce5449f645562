import type { SkillLevels } from '../matching/problem/programme.js';
import { CellFault, type ReadCell } from '../web/cells.js';

/** Skills as a person types them: "finance 4, governance 3". */
export function skillWords(skills: SkillLevels): string {
  return Object.entries(skills)
    .map(([skill, level]) => `${skill} ${String(level)}`)
    .join(', ');
}

/** The same read back; the form has checked how it is written. */
export function skillLevels(said: string | undefined): SkillLevels {
  const parts = (said ?? '')
    .split(',')
    .flatMap((part) => (part.trim() === '' ? [] : [part.trim().split(/\s+/)]));
  return Object.fromEntries(parts.map(([skill = '', level]) => [skill, Number(level)]));
}

/** The same in a cell of a file, where lists are parted by semicolons. */
export const skillCell = (skills: SkillLevels): string => skillWords(skills).replaceAll(', ', '; ');

/** A cell such as "finance 4; governance 3". */
export const readSkills: ReadCell = (cell) => {
  const parts = cell.split(';').flatMap((part) => part.trim() || []);
  const wrong = parts.find((part) => !/^\S+ [1-5]$/.test(part));
  if (wrong !== undefined)
    throw new CellFault(
      `found "${wrong.slice(0, 60)}"; allowed: a skill and its level from 1 to 5, such as finance 4`,
    );
  return skillLevels(parts.join(','));
};

/** Skills as a person types them: finance 4, governance 3. */
export const SKILLS = /^[a-z][a-z0-9-]* [1-5](\s*,\s*[a-z][a-z0-9-]* [1-5])*$/;
