/** Whole numbers as people read them: "1,240". */
export const thousands = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',');

/** A number with its noun: "1 point", "2 points", "1,240 peers". `many` where it is not the noun with an s. */
export const amount = (n: number, one: string, many = `${one}s`): string =>
  `${thousands(n)} ${n === 1 ? one : many}`;

/** Points with their sign, the minus a real one: "+5", "−3", "0". */
export const signed = (points: number): string =>
  points > 0 ? `+${String(points)}` : String(points).replace('-', '−');

/** "Bath", "Bath or Bristol", "Bath, Bristol or Wells"; empty for none. */
export const listOr = (names: readonly string[]): string => listed(names, 'or');

/** "Bath", "Bath and Bristol", "Bath, Bristol and Wells"; empty for none. */
export const listAnd = (names: readonly string[]): string => listed(names, 'and');

const listed = (names: readonly string[], last: 'and' | 'or'): string =>
  names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} ${last} ${names.at(-1) ?? ''}`;

export const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Words that stay as they are wherever they stand in a sentence. */
const PROPER = /^(?:Section \d|[A-Z]{2})/;

/** The name of a position, a skill, a state within a sentence: "chief executive", but "Section 151 officer" and "SEND lead". Not for names of places or people. */
export const withinSentence = (name: string): string =>
  PROPER.test(name) ? name : name.charAt(0).toLowerCase() + name.slice(1);

/** Letters whose names begin with a vowel, as in "an LGA review". */
const startsWithVowel = (name: string): boolean =>
  /^[A-Z]{2}/.test(name) ? /^[AEFHILMNORSX]/.test(name) : /^(?:[aeio]|u(?!se|ni))/i.test(name);

/** "a progress review", "an election review", "an LGA review": a name within a sentence, with its article. */
export const withArticle = (name: string): string =>
  `${startsWithVowel(name) ? 'an' : 'a'} ${withinSentence(name)}`;

/** The type of a council as people say it: "London borough", "district". What is no type of a council stays as it is. */
export const councilType = (type: string): string =>
  type === 'london_borough' ? 'London borough' : type.replaceAll('_', ' ');
