import type { SkillLevels } from '../matching/problem/programme.js';

/** Skills as a person types them: "finance 4, governance 3". */
export function skillWords(skills: SkillLevels): string {
  return Object.entries(skills)
    .map(([skill, level]) => `${skill} ${String(level)}`)
    .join(', ');
}

/** The same read back; the form has checked how it is written. */
export function skillLevels(said: string | undefined): SkillLevels {
  const parts = (said ?? '').split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim().split(/\s+/)]));
  return Object.fromEntries(parts.map(([skill = '', level]) => [skill, Number(level)]));
}
