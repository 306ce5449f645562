import { Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Allow, Granted, type Access } from '../people/access.js';
import { Choice, Day, Flag, Many, Text, Texts, Uuid } from '../web/fields.js';
import { OperationsOf } from '../web/operations.js';
import { SUBJECTS, type Subject } from './placement.entity.js';
import { ReorganisationPreview, type Leaving } from './preview.service.js';
import { SuccessionsService } from './successions.service.js';

class Succeed {
  @Texts({ max: 40, description: 'Codes of the bodies that it follows' }) predecessors: string[];
  @Day({ description: 'The first day of the one that follows' }) from: string;
  @Texts({ optional: true, max: 40, description: 'Codes of those that go on, with a part of what they were' })
  goOn?: string[];
  @Flag({ optional: true, description: 'Whether the one that follows was there before' }) continues?: boolean;
}

class Undo {
  @Text({ max: 20, description: 'The code of the body that it does not follow after all' })
  predecessor: string;
}

class PlacementField {
  @Choice(SUBJECTS) kind: Subject;
  @Uuid() id: string;
  @Uuid({ nullable: true, description: 'The body that it goes to; null where it ends with the one before' })
  successorId: string | null;
}

class Place {
  @Many(() => PlacementField, { max: 2000 }) placements: PlacementField[];
}

class MoverView {
  @Choice(SUBJECTS) kind: Subject;
  @Uuid() id: string;
  @Text() name: string;
  @Uuid({ nullable: true }) successorId: string | null;
  @Choice(['moves', 'ends', 'stays'], { description: 'stays: until somebody places it' })
  becomes: 'moves' | 'ends' | 'stays';
}

class ReorganisationView {
  @Day({ nullable: true, description: 'Null where nothing follows it' }) from: string | null;
  @Flag({ description: 'Whether the body ends on the day before' }) ends: boolean;
  @Flag({ description: 'Whether the day has come' }) done: boolean;
  @Texts({ description: 'Codes of the bodies that follow' }) successors: string[];
  @Many(() => MoverView) movers: MoverView[];
}

/** Reorganisations of host bodies: recorded long before, shown beforehand, undone. */
@ApiTags('councils')
@OperationsOf('Reorganisations')
@Controller('api/councils/:id')
export class SuccessionsApi {
  constructor(
    private readonly successions: SuccessionsService,
    private readonly preview: ReorganisationPreview,
  ) {}

  @Get('reorganisation')
  @Allow('councils.write', 'council')
  @ApiOkResponse({ type: ReorganisationView })
  async one(@Param('id') id: string): Promise<ReorganisationView> {
    const found = await this.preview.of(id);
    return found ? view(found) : { from: null, ends: false, done: false, successors: [], movers: [] };
  }

  @Post('successions')
  @Allow('councils.write', 'council')
  @ApiCreatedResponse({ type: [ReorganisationView] })
  async succeed(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() body: Succeed,
  ): Promise<ReorganisationView[]> {
    const predecessors = await this.successions.record(actor, id, body);
    const found = await Promise.all(predecessors.map((one) => this.preview.of(one)));
    return found.flatMap((one) => (one ? [view(one)] : []));
  }

  @Post('successions/undo')
  @HttpCode(204)
  @Allow('councils.write', 'council')
  undo(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: Undo): Promise<void> {
    return this.successions.undo(actor, id, body.predecessor);
  }

  @Put('placements')
  @Allow('councils.write', 'council')
  @ApiOkResponse({ type: ReorganisationView })
  async place(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() { placements }: Place,
  ): Promise<ReorganisationView> {
    await this.successions.place(actor, id, placements);
    return this.one(id);
  }
}

const view = ({ startsOn, ends, isDone, successors, movers }: Leaving): ReorganisationView => ({
  from: startsOn,
  ends,
  done: isDone,
  successors: successors.map(({ code }) => code),
  movers: movers.map(({ kind, id, name, to }) => ({
    kind,
    id,
    name,
    successorId: to ?? null,
    becomes: to === undefined ? 'stays' : to === null ? 'ends' : 'moves',
  })),
});
