import { Module } from '@nestjs/common';
import { CalendarPages } from './calendar.pages.js';
import { ComingChange } from './coming-change.entity.js';
import { ReferenceChange } from './reference-change.entity.js';
import { ReferenceItem } from './reference-item.entity.js';
import { ReferenceService } from './reference.service.js';
import { RulesPages } from './rules.pages.js';

/** Skills, positions, weights, calendar rules and lists to choose from: data with a history. */
@Module({
  controllers: [CalendarPages, RulesPages],
  providers: [ReferenceService],
  exports: [ReferenceService],
})
export class ReferenceModule {
  static entities = [ComingChange, ReferenceChange, ReferenceItem];
}
