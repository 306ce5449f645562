import { Global, Module } from '@nestjs/common';
import { EmptySeats } from '../challenges/empty-seats.js';
import { KindPreview } from '../kinds/kind-preview.js';
import { KindsModule } from '../kinds/kinds.module.js';
import { ProposalsPreview } from './kind-preview.service.js';
import { OpenWeeks } from './open-weeks.service.js';
import { KeptPool } from './problem/kept-pool.js';
import { TeamSample } from './sample.service.js';

/** What booking and the pages of kinds ask of the pool, though they stand below it. It is for all, and they ask by name. */
@Global()
@Module({
  imports: [KindsModule],
  providers: [
    KeptPool,
    TeamSample,
    { provide: EmptySeats, useClass: OpenWeeks },
    { provide: KindPreview, useClass: ProposalsPreview },
  ],
  exports: [EmptySeats, KindPreview, KeptPool],
})
export class PoolAnswersModule {}
