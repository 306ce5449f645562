import { Module } from '@nestjs/common';
import { KindsModule } from '../kinds/kinds.module.js';
import { PeersModule } from '../peers/peers.module.js';
import { PeersApart } from './apart.entity.js';
import { DoublesApi } from './doubles.api.js';
import { DoublesPages } from './doubles.pages.js';
import { DoublesService } from './doubles.service.js';

/** Peers who are perhaps one person: shown, joined, kept apart. */
@Module({
  imports: [PeersModule, KindsModule],
  controllers: [DoublesApi, DoublesPages],
  providers: [DoublesService],
})
export class DoublesModule {
  static entities = [PeersApart];
}
