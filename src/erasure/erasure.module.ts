import { Module } from '@nestjs/common';
import type { Get, Work } from '../feature.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { ErasureRequests } from './erasure-requests.service.js';
import { Erasure } from './erasure.entity.js';
import { ErasurePages } from './erasures.pages.js';
import { ErasuresService } from './erasures.service.js';
import { ReferenceModule } from '../reference/reference.module.js';
import { LegalHold } from './legal-hold.entity.js';
import { RetentionRun } from './retention-run.entity.js';
import { RetentionPages } from './retention.pages.js';
import { RetentionService } from './retention.service.js';
import { HeldRecord } from './held-record.service.js';

/** What is held of a person: told, and erased. */
@Module({
  imports: [JobsModule, MessagesModule, ReferenceModule],
  controllers: [ErasurePages, RetentionPages],
  providers: [ErasureRequests, ErasuresService, HeldRecord, RetentionService],
  exports: [ErasureRequests, ErasuresService, HeldRecord],
})
export class ErasureModule {
  static entities = [Erasure, LegalHold, RetentionRun];

  static work = (get: Get): Work => ({
    daily: { retention: (now) => get(RetentionService).run(now) },
    handlers: { 'forget-outside': ({ erasure }) => get(ErasuresService).forgetOutside(erasure) },
  });
}
