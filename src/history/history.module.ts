import { Module } from '@nestjs/common';
import { CouncilsModule } from '../councils/councils.module.js';
import { KindsModule } from '../kinds/kinds.module.js';
import { HistoryApi } from './history.api.js';
import { PastChallengesCsv } from './past-challenges-csv.service.js';
import { PastSeat } from './past-seat.entity.js';
import { PastSeatsCsv } from './past-seats-csv.service.js';

/** What was before this service: challenges that an office brings, and their teams. */
@Module({
  imports: [CouncilsModule, KindsModule],
  controllers: [HistoryApi],
  providers: [PastChallengesCsv, PastSeatsCsv],
  exports: [PastChallengesCsv, PastSeatsCsv],
})
export class HistoryModule {
  static entities = [PastSeat];
}
