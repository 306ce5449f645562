import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** What can be counted of the code, as it lies in a folder with `src` and `test`. */
export interface HouseFigures {
  files: number;
  lines: number;
  testLines: number;
  /** Functions of 50, 90 and 99 of a hundred are no longer than so many lines. */
  functions: { count: number; median: number; most90: number; most99: number; longest: string };
  longestFile: { file: string; lines: number };
  longestTemplateLine: { file: string; columns: number };
  widestConstructor: { of: string; takes: number };
  foldersWithoutTests: string[];
}

/** Counts the code below a folder. */
export function figuresOf(root: string): HouseFigures {
  const sources = filesIn(root, 'src', '.ts');
  const read = (file: string): string => readFileSync(join(root, file), 'utf8');
  const linesOf = (file: string): number => read(file).split('\n').length - 1;
  const found = sources.flatMap((file) => functionsOf(file, read(file)));
  const lengths = found.map(({ lines }) => lines).sort((a, b) => a - b);
  const at = (share: number): number => lengths[Math.floor(share * (lengths.length - 1))] ?? 0;
  const longest = mostOf(found, ({ lines }) => lines);
  const file = mostOf(sources, linesOf);
  const lines = filesIn(root, 'src', '.njk').flatMap((one) =>
    /\.txt\.njk$/.test(one)
      ? []
      : read(one)
          .split('\n')
          .map((text) => ({ file: one, columns: text.length })),
  );
  const template = mostOf(lines, ({ columns }) => columns);
  const constructors = found.filter(({ name }) => name.endsWith('.constructor'));
  const widest = mostOf(constructors, ({ takes }) => takes);
  return {
    files: sources.length,
    lines: sum(sources.map(linesOf)),
    testLines: sum(filesIn(root, 'test', '.ts').map(linesOf)),
    functions: {
      count: found.length,
      median: at(0.5),
      most90: at(0.9),
      most99: at(0.99),
      longest: `${longest.file} ${longest.name}: ${String(longest.lines)}`,
    },
    longestFile: { file, lines: linesOf(file) },
    longestTemplateLine: template,
    widestConstructor: { of: `${widest.file} ${widest.name}`, takes: widest.takes },
    foldersWithoutTests: readdirSync(join(root, 'src'), { withFileTypes: true })
      .filter((one) => one.isDirectory() && !hasTests(join(root, 'test', one.name)))
      .map(({ name }) => name),
  };
}

/** Prints them. */
export function measureHouse(): void {
  const { lines, testLines, ...figures } = figuresOf(process.cwd());
  console.log({ lines, testLines, testsPerLine: Number((testLines / lines).toFixed(2)), ...figures });
}

interface Found {
  file: string;
  name: string;
  lines: number;
  takes: number;
}

function functionsOf(file: string, text: string): Found[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const lineAt = (position: number): number => source.getLineAndCharacterOfPosition(position).line;
  const found: Found[] = [];
  const walk = (node: ts.Node, within: string): void => {
    const name = nameOf(node, within);
    if (ts.isFunctionLike(node) && 'body' in node && node.body)
      found.push({
        file,
        name,
        lines: lineAt(node.end) - lineAt(node.getStart()) + 1,
        takes: node.parameters.length,
      });
    ts.forEachChild(node, (child) => {
      walk(child, name);
    });
  };
  walk(source, '');
  return found;
}

function nameOf(node: ts.Node, within: string): string {
  if (ts.isClassDeclaration(node)) return node.name?.text ?? within;
  if (ts.isConstructorDeclaration(node)) return `${within}.constructor`;
  if (
    (ts.isMethodDeclaration(node) || ts.isFunctionDeclaration(node)) &&
    node.name &&
    ts.isIdentifier(node.name)
  )
    return within === '' ? node.name.text : `${within}.${node.name.text}`;
  return within;
}

/** A folder alone does not count: git keeps none that is empty. */
const hasTests = (folder: string): boolean =>
  existsSync(folder) && readdirSync(folder).some((file) => /\.(long|spec)\.ts$/.test(file));

const filesIn = (root: string, folder: string, ending: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => join(folder, file));

const sum = (numbers: number[]): number => numbers.reduce((total, n) => total + n, 0);

function mostOf<T>(items: T[], by: (item: T) => number): T {
  const [first, ...rest] = items;
  if (first === undefined) throw new Error('there is nothing to count');
  return rest.reduce((most, one) => (by(one) > by(most) ? one : most), first);
}
