/** The names of positions, skills and kinds, for people to read; an id without a name stays as it is. */
export interface Words {
  position: (id: string) => string;
  skill: (id: string) => string;
  kind: (id: string) => string;
}

interface Item {
  id: string;
  name: string;
}

export function wordsOf({
  positions,
  skills,
  kinds,
}: Record<'positions' | 'skills' | 'kinds', Item[]>): Words {
  return { position: namer(positions), skill: namer(skills), kind: namer(kinds) };
}

function namer(items: Item[]): (id: string) => string {
  const names = new Map(items.map(({ id, name }) => [id, name]));
  return (id) => names.get(id) ?? id;
}
