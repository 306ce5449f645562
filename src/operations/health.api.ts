import { setTimeout as pause } from 'node:timers/promises';
import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { collectDefaultMetrics, register } from 'prom-client';
import { stoodStillLately } from './watchdog.js';
import { Public } from '../people/access.js';
import { Choice } from '../web/fields.js';
import { Problem } from '../web/problems.js';
import { Database } from '../database/database.js';

class HealthView {
  @Choice(['ok']) status: string;
}

collectDefaultMetrics();

/** Who asks whether this process is ready does not wait longer. */
const READY_MS = 2000;

@ApiTags('health')
@Controller()
export class HealthApi {
  constructor(private readonly db: Database) {}

  /** The process answers. */
  @Get('health/live')
  @Public()
  @ApiOkResponse({ type: HealthView })
  live(): HealthView {
    return { status: 'ok' };
  }

  /** The process can work: it answers at once, and so does its database. */
  @Get('health/ready')
  @Public()
  @ApiOkResponse({ type: HealthView })
  async ready(): Promise<HealthView> {
    if (stoodStillLately())
      throw new Problem(503, 'busy', 'This process stood still for over a second lately; ask another.');
    const late = pause(READY_MS, undefined, { ref: false }).then(() => Promise.reject(new Error('late')));
    await Promise.race([this.db.query('SELECT 1'), late]).catch(() => {
      throw new Problem(503, 'database-away', 'The database does not answer.');
    });
    return { status: 'ok' };
  }

  @Get('metrics')
  @Public()
  @Header('Content-Type', register.contentType)
  @ApiExcludeEndpoint()
  metrics(): Promise<string> {
    return register.metrics();
  }
}
