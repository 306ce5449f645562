import { parse } from 'csv-parse/sync';

/** The rows of a file as another reader sees them, each by the names of its columns. */
export const rowsOf = (file: string): Record<string, string>[] =>
  parse<Record<string, string>>(file, { columns: true, bom: true });
