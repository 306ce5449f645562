import { answerChallenge, type TeamsAnswer } from '../matching/files/teams-answer.js';
import { Pool } from '../matching/problem/pool.js';
import type { Question } from '../matching/problem/question.js';
import type { Pins } from '../matching/rules/pins.js';
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

/** The best teams for a question, searched on a thread, so that a long search holds up nothing else of the worker. */
export function searchTeams(question: Question, top: number, pins: Pins): Promise<TeamsAnswer> {
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
