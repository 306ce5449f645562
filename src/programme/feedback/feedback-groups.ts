import { LEAST_ANSWERS, SCORES } from '../../outcomes/feedback-forms.js';
import { meanOf } from '../measures/units.js';

/** One answered form: of which groups it is, and its scores from 1 (poor) to 4 (excellent). */
export interface AnsweredForm {
  form: string;
  kind: string;
  region: string;
  /** The programme year of the answer, by its name. */
  year: string;
  scores: number[];
}

/** What a group of answers says together. */
export interface FeedbackGroup {
  name: string;
  answers: number;
  /** Of all their scores, 1 to 4. */
  mean: number;
  /** How many in a hundred of the scores are 1, 2, 3 and 4. */
  shares: number[];
}

/**
 * Answers by one part, the largest group first. Groups of fewer than three answers are told together, with the next larger ones until there are three: no
 * group tells what one of them said, nor can it be reckoned from the others. Nothing where there are fewer than three in all.
 */
export function groupsBy(
  answers: readonly AnsweredForm[],
  part: 'kind' | 'region',
  nameOf: (group: string) => string,
): FeedbackGroup[] {
  const groups = new Map<string, AnsweredForm[]>();
  for (const answer of answers) groups.set(answer[part], [...(groups.get(answer[part]) ?? []), answer]);
  const sorted = [...groups.entries()]
    .map(([name, mine]) => ({ name: nameOf(name), mine }))
    .sort((a, b) => b.mine.length - a.mine.length || (a.name < b.name ? -1 : 1));
  const small = sorted.filter(({ mine }) => mine.length < LEAST_ANSWERS);
  const shown = sorted.filter(({ mine }) => mine.length >= LEAST_ANSWERS);
  if (small.length === 0) return shown.map(({ name, mine }) => groupOf(name, mine));
  const others = [...small];
  while (others.reduce((sum, { mine }) => sum + mine.length, 0) < LEAST_ANSWERS) {
    const next = shown.pop();
    if (!next) return [];
    others.unshift(next);
  }
  return [
    ...shown.map(({ name, mine }) => groupOf(name, mine)),
    groupOf(
      others.map(({ name }) => name).join(', '),
      others.flatMap(({ mine }) => mine),
    ),
  ];
}

function groupOf(name: string, answers: readonly AnsweredForm[]): FeedbackGroup {
  const scores = answers.flatMap((one) => one.scores);
  return {
    name,
    answers: answers.length,
    mean: meanOf(scores) ?? 0,
    shares: SCORES.map((score) =>
      Math.round((100 * scores.filter((one) => one === score).length) / Math.max(1, scores.length)),
    ),
  };
}

/** Groups of one part, as two tables of the same answers may show them: none of their parts is told of fewer than three, nor can be reckoned. */
export function groupsBeside(
  answers: readonly AnsweredForm[],
  [shown, part]: [shown: 'kind' | 'region', part: 'kind' | 'region'],
  nameOf: (group: string) => string,
): FeedbackGroup[] {
  const cells = new Map<string, Map<string, AnsweredForm[]>>();
  const small = smallOnes(answers, shown);
  for (const answer of answers) {
    const row = cells.get(answer[part]) ?? new Map<string, AnsweredForm[]>();
    // Small groups of the first table stand there together.
    const column = small.has(answer[shown]) ? '' : answer[shown];
    cells.set(answer[part], row.set(column, [...(row.get(column) ?? []), answer]));
  }
  let rows = [...cells].map(([name, row]) => ({ names: [nameOf(name)], row }));
  const tells = ({ row }: (typeof rows)[0]): boolean =>
    [...row.values()].some(({ length }) => length < LEAST_ANSWERS);
  for (let open = rows.filter(tells); open.length > 0; open = rows.filter(tells)) {
    if (rows.length <= 1) return [];
    const sizeOf = ({ row }: (typeof rows)[0]): number => [...row.values()].flat().length;
    const [one, other] = [...rows].sort(
      (a, b) => Number(tells(b)) - Number(tells(a)) || sizeOf(a) - sizeOf(b),
    );
    if (!one || !other) return [];
    const both = new Map(one.row);
    for (const [column, more] of other.row) both.set(column, [...(both.get(column) ?? []), ...more]);
    const names = [...one.names, ...other.names].sort();
    rows = [...rows.filter((row) => row !== one && row !== other), { names, row: both }];
  }
  if (rows.length <= 1) return [];
  return rows
    .map(({ names, row }) => groupOf(names.join(', '), [...row.values()].flat()))
    .sort((a, b) => b.answers - a.answers || (a.name < b.name ? -1 : 1));
}

/** Groups of which nothing is told by themselves. */
function smallOnes(answers: readonly AnsweredForm[], part: 'kind' | 'region'): Set<string> {
  const counts = new Map<string, number>();
  for (const answer of answers) counts.set(answer[part], (counts.get(answer[part]) ?? 0) + 1);
  return new Set([...counts].filter(([, count]) => count < LEAST_ANSWERS).map(([group]) => group));
}

/** Each year of three answers and more, by its name. One of fewer is left out: told with others, it could be reckoned from their own pages. */
export function years(answers: readonly AnsweredForm[]): FeedbackGroup[] {
  return [...new Set(answers.map(({ year }) => year))]
    .sort()
    .map((year) =>
      groupOf(
        year,
        answers.filter((one) => one.year === year),
      ),
    )
    .filter((group) => group.answers >= LEAST_ANSWERS);
}
