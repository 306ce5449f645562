import { Module } from '@nestjs/common';
import { ReferenceModule } from '../reference/reference.module.js';
import { KindPages } from './kinds.pages.js';
import { KindsService } from './kinds.service.js';
import { PolicyApi } from './policies.api.js';

/** Kinds of challenge. */
@Module({
  imports: [ReferenceModule],
  controllers: [PolicyApi, KindPages],
  providers: [KindsService],
  exports: [KindsService],
})
export class KindsModule {}
