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
  tick: { date: string };
}

export type JobName = keyof Payloads;

/** Their names, as a list that the compiler keeps whole. */
export const NAMES = Object.keys({
  'propose-team': true,
  'repair-team': true,
  'plan-year': true,
  'send-message': true,
  'read-calendar': true,
  'expire-hold': true,
  'peer-changed': true,
  'check-team': true,
  'find-chain': true,
  'forget-outside': true,
  import: true,
  tick: true,
} satisfies Record<JobName, true>) as JobName[];

/** Handlers of jobs: parse, call the service, return. */
export type Handlers = { [Name in JobName]?: (payload: Payloads[Name]) => Promise<void> };

export const QUEUE = 'work';

/** Five tries in all, the pauses growing, with jitter; completed jobs are kept 7 days, failed ones 90. */
export const JOB_OPTIONS = {
  attempts: 5,
  backoff: { type: 'exponential', delay: 1000, jitter: 0.5 },
  removeOnComplete: { age: 7 * 86_400 },
  removeOnFail: { age: 90 * 86_400 },
} as const;
