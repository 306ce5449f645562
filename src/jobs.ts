import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Job } from 'bullmq';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { AppModule } from './app.module.js';
import { londonDate } from './calendar/dates.js';
import { InvitationsService } from './invitations/invitations.service.js';
import { JOB_OPTIONS, type Handlers, type JobName } from './jobs/names.js';
import { enqueue, openQueue, openWorker, relayOutbox } from './jobs/queue.js';
import { frameworkLog } from './log.js';
import { MessagesService } from './messages/messages.service.js';
import { DiaryService } from './peers/diary.service.js';
import { PlansService } from './programme/plans.service.js';
import { ProposalsService } from './proposals/proposals.service.js';
import type { Settings } from './settings.js';
import { tick } from './tick.js';
import { CircumstancesService } from './visits/circumstances.service.js';

const RELAY_MS = 250;
const SWEEP_MS = 20_000;
/** A request is found without a job within a minute: it waits this long before the sweeper looks at it. */
const LOST_AFTER_S = 30;

/**
 * Starts what a worker process does: jobs, the relay to Redis where there is one, and the sweep. `close` ends what is in hand.
 */
export async function startWorker(settings: Settings, log: Logger): Promise<{ close: () => Promise<void> }> {
  const context = await NestFactory.createApplicationContext(AppModule.with(settings, { web: false }), {
    logger: frameworkLog(log),
    abortOnError: false,
  });
  const source = context.get(DataSource);
  const proposals = context.get(ProposalsService);
  const plans = context.get(PlansService);
  const handlers = handlersOf(context);
  const worker = openWorker(settings, (job) => run(handlers, job));
  worker.it.on('failed', (job, error) => {
    const last = job !== undefined && job.attemptsMade >= JOB_OPTIONS.attempts;
    log[last ? 'error' : 'warn'](
      { job: job?.id, name: job?.name, attempt: job?.attemptsMade, error: error.name },
      last ? 'job parked after its last try' : 'job failed, will be tried again',
    );
    if (last) void giveUp(proposals, plans, job).catch(() => undefined);
  });
  worker.it.on('error', (error) => {
    log.warn({ error: error.name }, 'queue not reachable');
  });
  const queue = settings.QUEUE_URL ? openQueue(settings) : null;
  const timers = [
    ...(queue ? [every(RELAY_MS, () => relayOutbox(source, queue.it), log)] : []),
    every(SWEEP_MS, () => sweep(source, { proposals, plans, messages: context.get(MessagesService) }, settings.QUEUE_URL), log),
  ];
  return {
    close: async () => {
      for (const timer of timers) await timer.stop();
      await worker.close();
      await queue?.close();
      await context.close();
    },
  };
}

function handlersOf(context: INestApplicationContext): Handlers {
  const [proposals, plans] = [context.get(ProposalsService), context.get(PlansService)];
  const messages = context.get(MessagesService);
  return {
    'propose-team': ({ teamRequest }) => proposals.answer(teamRequest),
    'repair-team': ({ teamRequest }) => proposals.answer(teamRequest),
    'plan-year': ({ planRequest }) => plans.answer(planRequest),
    'send-message': ({ message }) => messages.send(message),
    'read-calendar': ({ peer }) => context.get(DiaryService).readSubscribed(peer),
    'expire-hold': ({ invitation }) => context.get(InvitationsService).expire(invitation, new Date()),
    'peer-changed': ({ peerChange }) => context.get(CircumstancesService).look(peerChange, new Date()),
    tick: () => tick(context, new Date()),
  };
}

async function run(handlers: Handlers, job: Job): Promise<void> {
  const handler = handlers[job.name as JobName] as ((payload: unknown) => Promise<void>) | undefined;
  if (!handler) throw new Error(`no handler for ${job.name}`);
  await handler(job.data);
}

async function giveUp(proposals: ProposalsService, plans: PlansService, job: Job): Promise<void> {
  const { teamRequest, planRequest } = job.data as { teamRequest?: string; planRequest?: string };
  if (teamRequest) await proposals.fail(teamRequest);
  if (planRequest) await plans.fail(planRequest);
}

/** Jobs for requests that lost theirs, and the day's tick, once a day however many workers there are. */
async function sweep(
  source: DataSource,
  { proposals, plans, messages }: { proposals: ProposalsService; plans: PlansService; messages: MessagesService },
  queueUrl: string | undefined,
): Promise<void> {
  await proposals.sweep(LOST_AFTER_S);
  await plans.sweep(LOST_AFTER_S);
  await messages.sweep(LOST_AFTER_S);
  const date = londonDate(new Date());
  await source.transaction((tx) => enqueue(tx, queueUrl, 'tick', `tick-${date}`, { date }));
}

/** Does work now and then again so long after it ended, until stopped; a failure is logged and the next time comes. */
function every(ms: number, work: () => Promise<unknown>, log: Logger): { stop: () => Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const turn = async (): Promise<void> => {
    await work().catch((error: unknown) => log.warn({ error: error instanceof Error ? error.name : 'unknown' }, 'a round was missed'));
    if (!stopped) timer = setTimeout(again, ms);
  };
  let now = turn();
  function again(): void {
    now = turn();
  }
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await now;
    },
  };
}
