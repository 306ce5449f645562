/** Whether two names are one, whatever their capitals, accents, apostrophes and spaces. */
export const isSameName = (one: string, other: string): boolean => plainName(one) === plainName(other);

/** A name without what people write in different ways. */
export const plainName = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f'’‘`´.]/g, '')
    .replace(/[\s,;:()/“”"–—-]+/g, ' ')
    .trim();
