import { Module } from '@nestjs/common';
import { DatabaseMode } from './database-mode.entity.js';
import { HealthApi } from './health.api.js';
import { KindsModule } from '../kinds/kinds.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { OutboxPages } from './outbox.pages.js';
import { WellKnownPages } from './well-known.pages.js';
import { ReceiptsApi } from './receipts.api.js';
import { QueuePages } from './queue.pages.js';

/** Whether the service runs: health, queue, and in example mode what was sent. */
@Module({
  imports: [MessagesModule, KindsModule],
  controllers: [HealthApi, ReceiptsApi, QueuePages, OutboxPages, WellKnownPages],
})
export class OperationsModule {
  static entities = [DatabaseMode];
}
