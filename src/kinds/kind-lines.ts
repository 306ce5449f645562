import type { CoverageLine, Policy } from '../matching/problem/programme.js';

/** A whole number where it is one; else what was typed. */
export const numberOf = (text: string | undefined): number | string =>
  text !== undefined && /^-?\d{1,9}$/.test(text.trim()) ? Number(text) : (text ?? '');

/** "finance, level 3, 2 peers" as somebody types it. */
export const coverageWords = ({ skill, level, peers }: CoverageLine): string =>
  `${skill}, level ${String(level)}, ${String(peers)} ${peers === 1 ? 'peer' : 'peers'}`;

/** The same read back, also "finance 3 2"; what cannot be read stays as it was typed, and the check of the content says so. */
export function coverageOf(line: string): CoverageLine | string {
  const [, skill, level, peers] =
    /^([a-z][a-z0-9-]*)[\s,:]+(?:level\s+)?(\d+)[\s,x×]+(\d+)(?:\s*peers?)?$/i.exec(line.trim()) ?? [];
  return skill === undefined ? line : { skill, level: Number(level), peers: Number(peers) };
}

/** "sameRegion 40", and "repeat 30, 20, 10" for the one that has several. */
export const weightWords = (weights: Partial<Policy>): string[] =>
  Object.entries(weights).map(
    ([name, value]) => `${name} ${Array.isArray(value) ? value.join(', ') : String(value)}`,
  );

/** The same read back: the weight by its name; what is no number stays what was typed. */
export function weightOf(line: string): [string, unknown] {
  const [, name = line, said = ''] = /^([^\s:=]+)[\s:=]+(.*)$/.exec(line.trim()) ?? [];
  return [name, name === 'repeat' ? said.split(',').map((part) => numberOf(part.trim())) : numberOf(said)];
}
