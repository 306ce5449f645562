import { Database } from '../database/database.js';
import { Module } from '@nestjs/common';
import type { FileList, Get } from '../feature.js';
import { CouncilsModule } from '../councils/councils.module.js';
import { KindsModule } from '../kinds/kinds.module.js';
import { HistoryApi } from './history.api.js';
import { PAST_COLUMNS } from './past-challenge-cells.js';
import { PAST_SEAT_COLUMNS } from './past-seat-cells.js';
import { PastChallengesCsv } from './past-challenges-csv.service.js';
import { PastSeat } from './past-seat.entity.js';
import { PastSeatsCsv } from './past-seats-csv.service.js';

/** What was before this service: challenges that an office brings, and their teams. */
@Module({
  imports: [CouncilsModule, KindsModule],
  controllers: [HistoryApi],
  providers: [PastChallengesCsv, PastSeatsCsv],
  exports: [PastSeatsCsv],
})
export class HistoryModule {
  static entities = [PastSeat];

  static lists = (get: Get): Record<string, FileList> => ({
    history: {
      text: 'Challenges of before this service',
      columns: PAST_COLUMNS,
      keys: [['reference'], ['code', 'kind', 'first_day']],
      named: ['reference', 'council', 'kind'],
      saved: () => '/imports/history.csv',
      action: 'peers.write',
      export: () => get(PastChallengesCsv).export(),
      cells: (access) => get(PastChallengesCsv).cells(get(Database).manager, access),
      import: (access, csv) => get(PastChallengesCsv).import(access, csv, false),
    },
    'past-seats': {
      text: 'Who sat in teams of before this service',
      columns: PAST_SEAT_COLUMNS,
      keys: [
        ['challenge', 'seat', 'peer'],
        ['challenge', 'seat', 'name'],
      ],
      named: ['challenge', 'seat', 'name'],
      saved: () => '/imports/past-seats.csv',
      action: 'peers.write',
      export: () => get(PastSeatsCsv).export(),
      cells: (access) => get(PastSeatsCsv).cells(get(Database).manager, access),
      import: (access, csv) => get(PastSeatsCsv).import(access, csv, false),
    },
  });
}
