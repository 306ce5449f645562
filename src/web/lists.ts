const PAGE_SIZE = 50;
const MOST_PAGES = 1000;

/** Which page of a list a link asks for; anything odd is the first. */
export function pageOf(query: Record<string, unknown>): { page: number; skip: number; take: number } {
  const asked = Number(query.page);
  const page = Number.isInteger(asked) && asked >= 1 && asked <= MOST_PAGES ? asked : 1;
  return { page, skip: (page - 1) * PAGE_SIZE, take: PAGE_SIZE };
}

/** One text of a link; nothing for anything else. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value.trim().slice(0, 100) : '';

/** Which of the known columns a list is sorted by. */
export function sortOf<Sort extends string>(
  query: Record<string, unknown>,
  sorts: Readonly<Record<Sort, string>>,
  usual: NoInfer<Sort>,
): Sort {
  return typeof query.sort === 'string' && Object.hasOwn(sorts, query.sort) ? (query.sort as Sort) : usual;
}

/** The items of a filter: none of them, or one. */
export const anyOf = (list: readonly { id: string; name: string }[]): { value: string; text: string }[] => [
  { value: '', text: 'Any' },
  ...list.map(({ id, name }) => ({ value: id, text: name })),
];

/**
 * The condition that a column holds some words, whatever their accents, apostrophes, capitals and what stands between them; by the name of the
 * parameter that the words come in. Words of nothing but such signs are held by none.
 */
export const holds = (column: string, parameter: string): string =>
  `plain_name(${column}) LIKE '%' || nullif(plain_name(:${parameter}), '') || '%'`;
