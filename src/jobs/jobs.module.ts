import { Module } from '@nestjs/common';
import { Jobs } from './jobs.js';
import { DailyWork } from './daily-work.entity.js';
import { OutboxJob } from './outbox-job.entity.js';

@Module({ providers: [Jobs], exports: [Jobs] })
export class JobsModule {
  static entities = [DailyWork, OutboxJob];
}
