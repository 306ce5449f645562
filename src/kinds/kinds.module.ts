import { Module } from '@nestjs/common';
import type { Get, Work } from '../feature.js';
import { MessagesModule } from '../messages/messages.module.js';
import { ReferenceModule } from '../reference/reference.module.js';
import { ComingDue } from './coming-due.service.js';
import { KindSeatPages } from './kind-seats.pages.js';
import { KindPages } from './kinds.pages.js';
import { KindsService } from './kinds.service.js';
import { PolicyApi } from './policies.api.js';

/** Kinds of challenge. */
@Module({
  imports: [ReferenceModule, MessagesModule],
  controllers: [PolicyApi, KindPages, KindSeatPages],
  providers: [KindsService, ComingDue],
  exports: [KindsService],
})
export class KindsModule {
  static work = (get: Get): Work => ({ daily: { 'changes that wait': () => get(ComingDue).takeAll() } });
}
