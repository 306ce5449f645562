import { Module } from '@nestjs/common';
import type { Refusals } from '../web/problem.filter.js';
import { ReferenceModule } from '../reference/reference.module.js';
import { ControlChange } from './control-change.entity.js';
import { CouncilLink } from './council-link.entity.js';
import { Council } from './council.entity.js';
import { CouncilsApi } from './councils.api.js';
import { CouncilsService } from './councils.service.js';
import { HouseWords } from './house-words.service.js';
import { HousePages } from './house.pages.js';
import { Inspection } from './inspection.entity.js';
import { InspectionPages } from './inspections.pages.js';
import { OfferPriority } from './offer-priority.entity.js';
import { PicturePages } from './picture.pages.js';
import { PicturesCsvService } from './pictures-csv.service.js';
import { PicturesApi } from './pictures.api.js';
import { PicturesService } from './pictures.service.js';
import { Signal } from './signal.entity.js';
import { SignalPages } from './signals.pages.js';
import { SignalsService } from './signals.service.js';
import { Succession } from './succession.entity.js';
import { Support } from './support.entity.js';
import { SupportPages } from './supports.pages.js';

/** Host bodies: the register, inspections, support, signals. */
@Module({
  imports: [ReferenceModule],
  controllers: [
    CouncilsApi,
    PicturesApi,
    SignalPages,
    SupportPages,
    PicturePages,
    InspectionPages,
    HousePages,
  ],
  providers: [SignalsService, PicturesCsvService, PicturesService, CouncilsService, HouseWords],
  exports: [CouncilsService, HouseWords, PicturesService, SignalsService],
})
export class CouncilsModule {
  static entities = [
    Inspection,
    ControlChange,
    CouncilLink,
    Support,
    OfferPriority,
    Signal,
    Council,
    Succession,
  ];

  static refusals: Refusals = {
    councils_code_key: ['code-taken', 'Another host body has this code.'],
  };
}
