import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Allow } from '../../people/access.js';
import { Choice, Int, Levels, Many, QueryInt, Text, Texts, Uuid } from '../../web/fields.js';
import { GAP_PARTS } from './gaps.js';
import { GapsService } from './gaps.service.js';
import { POOL_PARTS } from './pool-use.js';

const COUNT = { min: 0, max: 2_147_483_647 };

class GapQuery {
  @QueryInt({
    optional: true,
    min: 2000,
    max: 2199,
    description: 'The programme year by its first calendar year; this one unless told',
  })
  year?: number;
}

class GapView {
  @Choice(GAP_PARTS) part: string;
  @Text() group: string;
  @Int({ ...COUNT, description: 'Seats that looked for somebody' }) seats: number;
  @Int({ ...COUNT, description: 'Empty, or more than one asked' }) hard: number;
  @Int(COUNT) empty: number;
}

class RefusalView {
  @Text() reason: string;
  @Int(COUNT) count: number;
}

class CompositionView {
  @Choice(POOL_PARTS) part: string;
  @Text() group: string;
  @Int(COUNT) pool: number;
  @Int(COUNT) used: number;
}

class RecruitWishView {
  @Texts() positions: string[];
  @Text({ nullable: true }) party: string | null;
  @Levels({ min: 1, max: 5 }) skills: Record<string, number>;
  @Text() region: string;
  @Text({ description: 'YYYY-MM' }) month: string;
  @Int({ ...COUNT, description: 'Points, estimated' }) gain: number;
  @Int({ ...COUNT, description: 'Challenges with an empty seat that they could take' }) unlocks: number;
}

class PoolGapsView {
  @Int({ min: 2000, max: 2199 }) year: number;
  @Int(COUNT) seats: number;
  @Many(() => GapView, { max: 2000 }) gaps: GapView[];
  @Many(() => RefusalView) refusals: RefusalView[];
  @Int(COUNT) pool: number;
  @Int(COUNT) used: number;
  @Int(COUNT) unused: number;
  @Int(COUNT) full: number;
  @Many(() => CompositionView) composition: CompositionView[];
  @Many(() => RecruitWishView) recruit: RecruitWishView[];
  @Uuid({ nullable: true, description: 'The request for the plan whose prices say whom to recruit' }) planId:
    string | null;
}

@ApiTags('programme')
@Controller('api/pool')
export class GapsApi {
  constructor(private readonly gaps: GapsService) {}

  @Get('gaps')
  @Allow('pool.read')
  @ApiOkResponse({ type: PoolGapsView })
  async read(@Query() { year }: GapQuery): Promise<PoolGapsView> {
    const found = await this.gaps.of(year ?? this.gaps.thisYear);
    const gaps = GAP_PARTS.flatMap((part) => found.gaps[part].map((row) => ({ part, ...row })));
    const { composition, recruit, planId, seats } = found;
    return {
      year: found.year,
      seats,
      gaps,
      refusals: found.refusals,
      ...found.uses,
      composition,
      recruit,
      planId,
    };
  }
}
