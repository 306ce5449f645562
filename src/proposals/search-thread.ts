import { answerChallenge, type TeamsAnswer } from '../matching/files/teams-answer.js';
import { Pool } from '../matching/problem/pool.js';
import type { Question } from '../matching/problem/question.js';
import { narrowed } from '../matching/rules/narrowed.js';
import { NO_PINS, type Pins } from '../matching/rules/pins.js';
import { onThread, serveThread } from '../web/on-thread.js';

const NAME = 'search';
/** The largest team of a national pool takes minutes. */
const BOUNDS = { startMs: 30_000, workMs: 15 * 60_000, megabytes: 2048 };

interface Task {
  role: typeof NAME;
  question: Question;
  top: number;
  pins: Pins;
}

/**
 * The best teams for a question, searched on a thread, so that a long search holds up nothing else of the worker. What the thread gets is
 * copied, so it gets those only who could come; everybody where a seat stays empty, to say why.
 */
export async function searchTeams(
  question: Question,
  top: number,
  pinsOf: (question: Question) => Pins = () => NO_PINS,
): Promise<TeamsAnswer> {
  const few = narrowed(question);
  const answer = await search(few, top, pinsOf(few));
  return answer.blocked.length === 0 ? answer : search(question, top, pinsOf(question));
}

function search(question: Question, top: number, pins: Pins): Promise<TeamsAnswer> {
  const task: Task = { role: NAME, question, top, pins };
  return onThread<TeamsAnswer>(
    import.meta.url,
    task,
    BOUNDS,
    () => new Error(`the search was ended after ${String(BOUNDS.workMs / 60_000)} minutes`),
  );
}

serveThread<Task>(NAME, ({ question, top, pins }) => {
  // What goes to a thread is copied without what its class can do.
  Object.setPrototypeOf(question.pool, Pool.prototype);
  return answerChallenge(question, top, pins);
});
