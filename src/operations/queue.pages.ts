import { Body, Controller, Get, Post } from '@nestjs/common';
import { Database } from '../database/database.js';
import { QUEUE_BEFORE } from '../jobs/names.js';
import { ALL_QUEUES, openQueues, type Queues } from '../jobs/queue.js';
import { MessagesService } from '../messages/messages.service.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { record } from '../people/audit.js';
import { Settings } from '../settings.js';
import { Choice, Text } from '../web/fields.js';
import { submit } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { failedJobs, settleJob, SETTLEMENTS, type Settlement } from './failed-jobs.js';

const COUNTED = ['waiting', 'active', 'delayed', 'completed', 'failed'] as const;
const LEFT = ['waiting', 'active', 'delayed', 'failed'] as const;
const QUEUE_WORDS: Record<keyof Queues, string> = {
  teams: 'Teams',
  plans: 'Plans and files',
  messages: 'Messages',
  daily: 'The day’s work',
  outside: 'Calendars of others, and erasure elsewhere',
  work: 'Left by the release before',
};

class JobForm {
  @Choice(ALL_QUEUES) queue: keyof Queues;
  @Text({ max: 200 }) id: string;
  @Choice(SETTLEMENTS) what: Settlement;
}

class RetryForm {
  @Choice(['messages']) retry: 'messages';
}

/** Whether work and messages get done. */
@Controller()
export class QueuePages {
  constructor(
    private readonly settings: Settings,
    private readonly db: Database,
    private readonly messages: MessagesService,
  ) {}

  @Get('queue')
  @Allow('queue.read')
  async queue(): Promise<Page> {
    const queues = openQueues(this.settings);
    try {
      const looked = await Promise.all(
        Object.entries(queues.it).map(async ([name, queue]) => ({
          name,
          counts: await queue.getJobCounts(...COUNTED),
        })),
      );
      const messages = await this.db.query<{ state: string; count: string }[]>(
        'SELECT state, count(*) FROM messages GROUP BY state ORDER BY state',
      );
      const steps = await this.db.query<{ step: string; doneAt: Date }[]>(
        'SELECT step, done_at AS "doneAt" FROM daily_work ORDER BY done_at, step',
      );
      const parked = messages.find(({ state }) => state === 'parked')?.count ?? '0';
      return new Page('operations/views/queue.njk', {
        title: 'Queue',
        heads: ['Queue', 'Waiting', 'At work', 'For later', 'Done, last 7 days', 'Failed'],
        // The queue of the releases before is shown while something is left in it.
        queues: looked
          .filter(({ name, counts }) => name !== QUEUE_BEFORE || LEFT.some((state) => counts[state]))
          .map(({ name, counts }) => ({
            name: QUEUE_WORDS[name as keyof Queues],
            cells: COUNTED.map((state) => ({ text: String(counts[state]) })),
          })),
        failed: await failedJobs(queues.it),
        steps,
        messages,
        parked: Number(parked),
      });
    } finally {
      await queues.close();
    }
  }

  /** Messages that could not be sent are tried again, when the mail server is well. */
  @Post('queue/retry')
  @Allow('queue.retry')
  retry(@Granted() { actor }: Access, @Body() body: unknown): Promise<Page | Redirect | Download> {
    const work = async (): Promise<Redirect> => {
      await this.db.transact(async (tx) => {
        const messages = await this.messages.retryParked(tx);
        await record(tx, actor, 'messages.retried', 'messages', { messages });
      });
      return new Redirect(paths.queue);
    };
    return submit(RetryForm, body, work, () => this.queue());
  }

  /** Work that was given up is tried once more, or dropped for good; an erasure is not dropped. */
  @Post('queue/jobs')
  @Allow('queue.retry')
  job(@Granted() { actor }: Access, @Body() body: unknown): Promise<Page | Redirect | Download> {
    const work = async ({ what, ...job }: JobForm): Promise<Redirect> => {
      await settleJob({ db: this.db, settings: this.settings }, actor, job, what);
      return new Redirect(paths.queue);
    };
    return submit(JobForm, body, work, () => this.queue());
  }
}
