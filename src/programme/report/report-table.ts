import { paths } from '../../web/paths.js';
import type { Colour } from '../measures/colour.js';
import { sayFigure } from '../measures/units.js';
import { figureOf, PROGRESS_WORDS, targetOf } from './report-words.js';
import { STAGE_NAMES, type MeasureLine, type Report, type ReportQuarter, type Stage } from './report.js';
import { themesOf } from './rows.js';

/** One cell of the report's table; `href` opens what a figure counts. */
export interface FigureCell {
  text: string;
  href: string | null;
  /** What somebody who hears the link is told besides. */
  of: string;
}

/** One line of the report's table: a measure, or another target of the row above it. */
export interface TableLine {
  name: string;
  href: string | null;
  isOther: boolean;
  target: string;
  quarters: FigureCell[];
  total: FigureCell;
  /** "99 with those confirmed or in discussion" */
  more: FigureCell[];
  percent: string;
  /** "25 a year before" */
  before: string;
  /** Null for another target: the row has one colour. */
  colour: Colour | null;
  comment: string;
}

export interface TableTheme {
  name: string;
  lines: TableLine[];
}

/** How figures lead to what they count: of a report that is kept they do not, since that is of its day. */
export interface Links {
  on: boolean;
  /** The day that the report was asked for as at, where it was. */
  asAt: string;
}

const NO_LINK = { href: null, of: '' };

/** The table of a report, theme by theme. */
export function tableOf(report: Report, links: Links): TableTheme[] {
  const themes = themesOf(report.measures);
  return themes.map(({ name, rows }) => ({
    name: name === '' && themes.length > 1 ? 'Other' : name,
    lines: rows.flatMap(({ first, others }) => [
      lineOf(report, first, links, false),
      ...others.map((line) => lineOf(report, line, links, true)),
    ]),
  }));
}

function lineOf(report: Report, line: MeasureLine, links: Links, isOther: boolean): TableLine {
  const cell = (stage: Stage, quarter: number | null, value: number | null): FigureCell => ({
    text: figureOf(line, value),
    ...linkOf(report, line, { stage, quarter, value }, links),
  });
  return {
    name: line.counting === 'running' ? `${line.name} (running total)` : line.name,
    href: links.on ? paths.measure(line.id) : null,
    isOther,
    target: targetOf(line),
    quarters: line.quarters.map((one) => quarterCell(one, cell('delivered', one.quarter, one.value))),
    total: totalCell(line, cell('delivered', null, line.total)),
    more: moreOf(line, cell),
    percent: line.percent === null ? '–' : sayFigure(line.percent, { unit: 'per_cent', decimals: 0 }),
    before: line.before && line.before.total !== null ? figureOf(line, line.before.total) : '',
    colour: isOther ? null : line.colour,
    comment: line.comment,
  };
}

const quarterCell = (
  { notApplicable, writtenLater, changedTo }: ReportQuarter,
  cell: FigureCell,
): FigureCell =>
  notApplicable
    ? { text: 'n/a', ...NO_LINK }
    : { ...cell, text: `${cell.text}${writtenLater || changedTo ? '*' : ''}` };

/** Of a target in words, how far it has come. */
const totalCell = ({ total, progress = null }: MeasureLine, cell: FigureCell): FigureCell =>
  total === null && progress !== null ? { text: PROGRESS_WORDS[progress], ...NO_LINK } : cell;

function moreOf(
  line: MeasureLine,
  cell: (stage: Stage, quarter: null, value: number) => FigureCell,
): FigureCell[] {
  const { confirmed, inDiscussion, together = 0 } = line;
  const more: [number, Stage, string][] = [
    [confirmed, 'confirmed', 'confirmed'],
    [inDiscussion, 'in_discussion', 'in discussion'],
    [together, 'confirmed', 'confirmed or in discussion'],
  ];
  return more
    .filter(([value]) => value > 0)
    .map(([value, stage, words]) => {
      const found = cell(stage, null, value);
      return { ...found, text: `${found.text} ${words}`, of: `, ${line.name}` };
    });
}

function linkOf(
  { year }: Report,
  { id, name, source, counting }: MeasureLine,
  { stage, quarter, value }: { stage: Stage; quarter: number | null; value: number | null },
  { on, asAt }: Links,
): Pick<FigureCell, 'href' | 'of'> {
  if (!on || value === null) return NO_LINK;
  const what = counting === 'average' ? 'on average' : STAGE_NAMES[stage];
  const of = ` ${what}, ${name}${quarter === null ? '' : `, Q${String(quarter)}`}`;
  return source === 'by_hand'
    ? { href: paths.measure(id), of }
    : { href: paths.counted(year, id, stage, quarter, asAt), of };
}
