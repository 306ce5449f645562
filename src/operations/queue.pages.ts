import { Controller, Get } from '@nestjs/common';
import { openQueue } from '../jobs/queue.js';
import { Allow } from '../people/access.js';
import { Settings } from '../settings.js';
import { Page } from '../web/pages.js';
import { Database } from '../database/database.js';

const FAILED_SHOWN = 20;

/** Whether work and messages get done. */
@Controller()
export class QueuePages {
  constructor(
    private readonly settings: Settings,
    private readonly db: Database,
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
      return new Page('operations/views/queue.njk', { title: 'Queue', counts, failed, messages });
    } finally {
      await queue.close();
    }
  }
}
