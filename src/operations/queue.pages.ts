import { Body, Controller, Get, Post } from '@nestjs/common';
import { Database } from '../database/database.js';
import { openQueue } from '../jobs/queue.js';
import { MessagesService } from '../messages/messages.service.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { record } from '../people/audit.js';
import { Settings } from '../settings.js';
import { Choice } from '../web/fields.js';
import { submit } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';

const FAILED_SHOWN = 20;

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
    const queue = openQueue(this.settings);
    try {
      const counts = await queue.it.getJobCounts('waiting', 'active', 'delayed', 'completed', 'failed');
      const failed = (await queue.it.getFailed(0, FAILED_SHOWN - 1)).map(({ id, name, attemptsMade }) => ({
        id,
        name,
        attemptsMade,
      }));
      const messages = await this.db.query<{ state: string; count: string }[]>(
        'SELECT state, count(*) FROM messages GROUP BY state ORDER BY state',
      );
      const parked = messages.find(({ state }) => state === 'parked')?.count ?? '0';
      const model = { counts, failed, messages, parked: Number(parked) };
      return new Page('operations/views/queue.njk', { title: 'Queue', ...model });
    } finally {
      await queue.close();
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
}
