/** The short forms, with their questions; each is answered from 1 (poor) to 4 (excellent). */
export const FEEDBACK_FORMS = {
  council: {
    useful: 'How useful was the challenge to your council?',
    team: 'How well did the team fit what you asked?',
    arranged: 'How well was it arranged?',
    report: 'How clear were the feedback and the report?',
  },
  impact: {
    change: 'How much has the challenge changed at your council?',
    plan: 'How far has the action plan been carried out?',
  },
  peer: {
    prepared: 'How well were you prepared?',
    used: 'How well was your experience used?',
    team: 'How well did the team work together?',
  },
  manager: { overall: 'How well did this peer serve?' },
} as const satisfies Record<string, Record<string, string>>;

export type FeedbackForm = keyof typeof FEEDBACK_FORMS;

export const SCORES = [1, 2, 3, 4] as const;
export const SCORE_NAMES: Record<number, string> = { 1: 'Poor', 2: 'Fair', 3: 'Good', 4: 'Excellent' };

/** Answers of managers from which a rating is made; fewer say too little about anybody. */
export const LEAST_ANSWERS = 3;

/**
 * A peer's rating from what managers answered, 0 to 10: the mean of the answers, 1 counting as 0 and 4 as 10, rounded. Null for fewer
 * than three answers: then the rating stays what it was.
 */
export function ratingFrom(answers: readonly number[]): number | null {
  if (answers.length < LEAST_ANSWERS) return null;
  const mean = answers.reduce((sum, answer) => sum + answer, 0) / answers.length;
  return Math.round(((mean - 1) / 3) * 10);
}
