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
  part: 'kind' | 'region' | 'year',
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
