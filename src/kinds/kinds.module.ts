import { Module } from '@nestjs/common';
import { ReferenceModule } from '../reference/reference.module.js';
import { KindSeatPages } from './kind-seats.pages.js';
import { KindPages } from './kinds.pages.js';
import { KindsService } from './kinds.service.js';
import { PolicyApi } from './policies.api.js';

/** Kinds of challenge. */
@Module({
  imports: [ReferenceModule],
  controllers: [PolicyApi, KindPages, KindSeatPages],
  providers: [KindsService],
  exports: [KindsService],
})
export class KindsModule {}
