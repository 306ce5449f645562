import type { PolicyService } from './policy.service.js';

/** The names of positions, skills and kinds, for people to read. */
export interface Words {
  position: (id: string) => string;
  skill: (id: string) => string;
  kind: (id: string) => string;
  /** A part of a reason such as "s151" or "finance 4". */
  part: (text: string) => string;
}

export async function wordsOf(policy: PolicyService): Promise<Words> {
  const [positions, skills, kinds] = await Promise.all([policy.get('positions'), policy.get('skills'), policy.kinds()]);
  const named = (items: { id: string; name: string }[]): ((id: string) => string) => {
    const names = new Map(items.map(({ id, name }) => [id, name]));
    return (id) => names.get(id) ?? id;
  };
  const [position, skill] = [named(positions), named(skills)];
  const part = (text: string): string => {
    const [, name, level] = /^([a-z][a-z0-9-]*) ([1-5])$/.exec(text) ?? [];
    return name && level ? `${skill(name).toLowerCase()} ${level}` : lower(position(text));
  };
  return { position, skill, kind: named(kinds), part };
}

/** Names begin a sentence; within one they are written small, but for "Section 151". */
const lower = (text: string): string => (text.startsWith('Section') ? text : text.charAt(0).toLowerCase() + text.slice(1));
