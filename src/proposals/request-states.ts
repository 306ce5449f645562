import type { NextStates } from '../web/states.js';

export const REQUEST_STATES = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;
/** How far a question to the engine is, about one challenge or a whole year. */
export type RequestState = (typeof REQUEST_STATES)[number];

/** What may follow what. A worker that died leaves a request running, and another one runs it again. */
export const NEXT_OF_REQUEST: NextStates<RequestState> = {
  queued: ['running', 'done', 'failed', 'cancelled'],
  running: ['running', 'done', 'failed', 'cancelled'],
  done: [],
  failed: [],
  cancelled: [],
};

/** Whether an answer may still come. */
export const isWaiting = (state: RequestState): boolean => state === 'queued' || state === 'running';
