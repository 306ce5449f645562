import { badField } from '../web/problems.js';

/** What the scores from 1 to 4 of an event say together; null where nobody gave one. */
export interface Evaluation {
  answers: number;
  /** The mean, 1 to 4. */
  mean: number;
}

/** From how many gave 1, 2, 3 and 4. */
export function evaluationOf(scores: readonly number[]): Evaluation | null {
  const answers = scores.reduce((sum, count) => sum + count, 0);
  if (answers === 0) return null;
  return { answers, mean: scores.reduce((sum, count, n) => sum + count * (n + 1), 0) / answers };
}

/** Throws a 400 for an evaluation of an event that was not held yet, and by more people than came, where that is known. */
export function requireEvaluable(
  scores: readonly number[],
  { heldOn, came }: { heldOn: string; came: number },
  today: string,
): void {
  if (heldOn > today)
    throw badField('/excellent', `it is held on ${heldOn}; nobody can say yet what it was like`);
  const answers = evaluationOf(scores)?.answers ?? 0;
  if (came > 0 && answers > came)
    throw badField(
      '/excellent',
      `found ${String(answers)} answers; allowed: up to ${String(came)}, who came`,
    );
}
