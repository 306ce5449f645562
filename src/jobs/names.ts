/** Every job by name, with its payload: ids and nothing else. */
export interface Payloads {
  'propose-team': { teamRequest: string };
  'repair-team': { teamRequest: string };
  'plan-year': { planRequest: string };
  'send-message': { message: string };
  'read-calendar': { peer: string };
  'expire-hold': { invitation: string };
  'peer-changed': { peerChange: string };
  'check-team': { challenge: string };
  'find-chain': { teamRequest: string };
  'forget-outside': { erasure: string };
  import: { import: string };
  'daily-step': { step: string; date: string };
}

export type JobName = keyof Payloads;

/** Queues by what people wait for: none of them waits for another. */
export const QUEUES = ['teams', 'plans', 'messages', 'daily', 'outside'] as const;
export type QueueName = (typeof QUEUES)[number];

/** In which queue each job waits: what somebody looks at the page for, what takes minutes, mail, what comes with the day, and what others have to answer. */
export const QUEUE_OF: Record<JobName, QueueName> = {
  'propose-team': 'teams',
  'repair-team': 'teams',
  'check-team': 'teams',
  'find-chain': 'teams',
  'peer-changed': 'teams',
  'expire-hold': 'teams',
  'plan-year': 'plans',
  import: 'plans',
  'send-message': 'messages',
  'daily-step': 'daily',
  'read-calendar': 'outside',
  'forget-outside': 'outside',
};

/** The one queue of the releases before: what still waits there is done, and nothing more is put into it. */
export const QUEUE_BEFORE = 'work';

/** Handlers of jobs: parse, call the service, return. */
export type Handlers = { [Name in JobName]?: (payload: Payloads[Name]) => Promise<void> };

/** A failed step of the day is put in again, so that what is left of one is of use for a day. */
export const STEP_OPTIONS = { removeOnFail: { age: 86_400 } } as const;

/** Five tries in all, the pauses growing, with jitter; completed jobs are kept 7 days, failed ones 90. */
export const JOB_OPTIONS = {
  attempts: 5,
  backoff: { type: 'exponential', delay: 1000, jitter: 0.5 },
  removeOnComplete: { age: 7 * 86_400 },
  removeOnFail: { age: 90 * 86_400 },
} as const;
