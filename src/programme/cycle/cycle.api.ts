import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Allow } from '../../people/access.js';
import { cycleOf } from './cycle.js';
import { Day } from '../../web/fields.js';
import { Database } from '../../database/database.js';
import { OperationsOf } from '../../web/operations.js';

class CycleView {
  @Day({ nullable: true, description: 'The last day of the last one delivered' }) last: string | null;
  @Day({ nullable: true, description: 'By when the next is due' }) due: string | null;
}

/** Where a council stands in the five-year cycle. */
@ApiTags('follow-up')
@OperationsOf('FollowUps')
@Controller('api')
export class CycleApi {
  constructor(private readonly db: Database) {}

  @Get('councils/:id/cycle')
  @Allow('councils.picture', 'council')
  @ApiOkResponse({ type: CycleView })
  cycle(@Param('id') id: string): Promise<CycleView> {
    return cycleOf(this.db, id);
  }
}
