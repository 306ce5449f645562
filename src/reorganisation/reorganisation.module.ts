import { Module } from '@nestjs/common';
import { CouncilsModule } from '../councils/councils.module.js';
import type { Get, Work } from '../feature.js';
import { KindsModule } from '../kinds/kinds.module.js';
import { PeersModule } from '../peers/peers.module.js';
import { Handover } from './handover.entity.js';
import { HandoverService } from './handover.service.js';
import { Placement } from './placement.entity.js';
import { ReorganisationPreview } from './preview.service.js';
import { ReorganisationPages } from './reorganisation.pages.js';
import { SuccessionsApi } from './successions.api.js';
import { SuccessionsService } from './successions.service.js';

/** Reorganisations: bodies that follow others from a day on, and what goes with it. */
@Module({
  imports: [CouncilsModule, KindsModule, PeersModule],
  controllers: [SuccessionsApi, ReorganisationPages],
  providers: [SuccessionsService, HandoverService, ReorganisationPreview],
})
export class ReorganisationModule {
  static entities = [Placement, Handover];

  static work = (get: Get): Work => ({ daily: { reorganisations: () => get(HandoverService).moveDue() } });
}
