import type { Named } from '../reference/content.js';

/** The name of a policy's entry by its id. */
export function namesOf(list: readonly Named[]): (id: string) => string {
  const names = new Map(list.map(({ id, name }) => [id, name]));
  return (id) => names.get(id) ?? id;
}
