import { strFromU8, unzipSync } from 'fflate';

const BOOK = 'xl/workbook.xml';
const LINKS = 'xl/_rels/workbook.xml.rels';

/** How many rows of a sheet of a workbook are hidden, by the number of the sheet from 0; 0 where the workbook does not say. */
export function hiddenRows(file: Uint8Array, sheet: number): number {
  const part = (name: string): string => {
    const found = unzipSync(file, { filter: (one) => one.name === name })[name];
    return found ? strFromU8(found) : '';
  };
  const id = attribute([...part(BOOK).matchAll(/<(?:\w+:)?sheet\s[^>]*>/g)][sheet]?.[0] ?? '', '\\w+:id');
  const link = [...part(LINKS).matchAll(/<Relationship\s[^>]*>/g)].find(
    ([one]) => attribute(one, 'Id') === id,
  );
  const target = attribute(link?.[0] ?? '', 'Target').replace(/^\/?(xl\/)?/, 'xl/');
  return [...part(target).matchAll(/<(?:\w+:)?row\s[^>]*\bhidden="(?:1|true)"/g)].length;
}

const attribute = (element: string, name: string): string =>
  new RegExp(`\\s${name}="([^"]*)"`).exec(element)?.[1] ?? '';
