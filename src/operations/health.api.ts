import { setTimeout as pause } from 'node:timers/promises';
import { Controller, Get, Header, Headers } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { register } from 'prom-client';
import { measured } from './metrics.js';
import { mayMeasure } from './metrics-port.js';
import { stoodStillLately } from './watchdog.js';
import { Public } from '../people/access.js';
import { Choice } from '../web/fields.js';
import { Settings } from '../settings.js';
import { notFound, Problem } from '../web/problems.js';
import { Database } from '../database/database.js';
import { MIGRATION_NAMES } from '../database/options.js';
import { isEnding } from './shutdown.js';

class HealthView {
  @Choice(['ok']) status: string;
}

/** Who asks whether this process is ready does not wait longer. */
const READY_MS = 2000;

@ApiTags('health')
@Controller()
export class HealthApi {
  constructor(
    private readonly db: Database,
    private readonly settings: Settings,
  ) {}

  /** The process answers. */
  @Get('health/live')
  @Public()
  @ApiOkResponse({ type: HealthView })
  live(): HealthView {
    return { status: 'ok' };
  }

  /** The process can work: it was not told to end, it answers at once, and so does its database, which has the tables of this release. */
  @Get('health/ready')
  @Public()
  @ApiOkResponse({ type: HealthView })
  async ready(): Promise<HealthView> {
    if (isEnding()) throw new Problem(503, 'busy', 'This process is ending; ask another.');
    if (stoodStillLately())
      throw new Problem(503, 'busy', 'This process stood still for over a second lately; ask another.');
    const late = pause(READY_MS, undefined, { ref: false }).then(() => Promise.reject(new Error('late')));
    const missing = await Promise.race([this.missingSteps(), late]).catch(() => {
      throw new Problem(503, 'database-away', 'The database does not answer, or not to this process.');
    });
    if (missing > 0)
      throw new Problem(503, 'database-away', 'The database has not the tables of this release.');
    return { status: 'ok' };
  }

  private async missingSteps(): Promise<number> {
    const [row] = await this.db.query<{ taken: number }[]>(
      'SELECT count(*)::int AS taken FROM migrations WHERE name = ANY($1)',
      [MIGRATION_NAMES],
    );
    return MIGRATION_NAMES.length - (row?.taken ?? 0);
  }

  /** For whoever has the token of the settings; for everybody where the service is tried out. */
  @Get('metrics')
  @Public()
  @Header('Content-Type', register.contentType)
  @ApiExcludeEndpoint()
  metrics(@Headers('authorization') said: string | undefined): Promise<string> {
    if (!mayMeasure(this.settings, said)) throw notFound('page');
    return measured(this.db, this.settings);
  }
}
