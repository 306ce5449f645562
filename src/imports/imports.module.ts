import { Module } from '@nestjs/common';
import type { Get, Work } from '../feature.js';
import { HistoryModule } from '../history/history.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { PeersModule } from '../peers/peers.module.js';
import { VisitsModule } from '../visits/visits.module.js';
import { ImportWork } from './import-work.service.js';
import { ImportWrite } from './import-write.entity.js';
import { Import } from './import.entity.js';
import { ImportPages } from './import.pages.js';
import { ImportsApi } from './imports.api.js';
import { ImportsPages } from './imports.pages.js';
import { ImportsService } from './imports.service.js';

/** Lists that come in as files: checked, looked at, entered, taken back. */
@Module({
  imports: [JobsModule, PeersModule, HistoryModule, VisitsModule],
  // Files by their names stand before imports by their ids.
  controllers: [ImportsPages, ImportPages, ImportsApi],
  providers: [ImportsService, ImportWork],
})
export class ImportsModule {
  static entities = [Import, ImportWrite];

  static work = (get: Get): Work => ({
    handlers: { import: ({ import: id }) => get(ImportWork).work(id) },
    gaveUp: { import: ({ import: id }) => get(ImportsService).fail(id) },
    daily: { 'files that came in': (now) => get(ImportsService).forget(now) },
    sweeps: [(seconds) => get(ImportsService).sweep(seconds)],
  });
}
