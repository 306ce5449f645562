import { Database } from '../database/database.js';
import { Module } from '@nestjs/common';
import type { Refusals } from '../web/problem.filter.js';
import { ReferenceModule } from '../reference/reference.module.js';
import { ControlChange } from './control-change.entity.js';
import { CouncilLink } from './council-link.entity.js';
import { Council } from './council.entity.js';
import { CouncilsApi } from './councils.api.js';
import { BodiesService } from './bodies.service.js';
import { BodyPages } from './bodies.pages.js';
import { CouncilsService } from './councils.service.js';
import { HouseWords } from './house-words.service.js';
import { HousePages } from './house.pages.js';
import { Inspection } from './inspection.entity.js';
import { InspectionsApi } from './inspections/inspections.api.js';
import { INSPECTION_COLUMNS, InspectionsCsv } from './inspections/inspections-csv.service.js';
import { InspectionPages } from './inspections/inspections.pages.js';
import { InspectionsSeen } from './inspections/inspections-seen.service.js';
import { InspectionsService } from './inspections/inspections.service.js';
import { PlanReview } from './inspections/plan-review.entity.js';
import { PlanReviewPages } from './inspections/plan-reviews.pages.js';
import { PlanReviewsService } from './inspections/plan-reviews.service.js';
import { OfferPriority } from './offer-priority.entity.js';
import { PicturePages } from './picture.pages.js';
import { PicturesCsvService, SIGNAL_COLUMNS, SUPPORT_COLUMNS } from './pictures-csv.service.js';
import { RegisterCsv } from './register-csv.service.js';
import { COUNCIL_COLUMNS } from './register.js';
import { PictureFilePages } from './picture-files.pages.js';
import { PicturesApi } from './pictures.api.js';
import { PicturesService } from './pictures.service.js';
import { Signal } from './signal.entity.js';
import { SignalPages } from './signals.pages.js';
import { SignalsService } from './signals.service.js';
import { Succession } from './succession.entity.js';
import { Support } from './support.entity.js';
import { SupportPages } from './supports.pages.js';
import type { FileList, Get } from '../feature.js';

/** Host bodies: the register, inspections, support, signals. */
@Module({
  imports: [ReferenceModule],
  controllers: [
    CouncilsApi,
    PicturesApi,
    InspectionsApi,
    SignalPages,
    SupportPages,
    PicturePages,
    InspectionPages,
    PlanReviewPages,
    PictureFilePages,
    HousePages,
    BodyPages,
  ],
  providers: [
    RegisterCsv,
    BodiesService,
    SignalsService,
    PicturesCsvService,
    PicturesService,
    InspectionsService,
    InspectionsSeen,
    InspectionsCsv,
    PlanReviewsService,
    CouncilsService,
    HouseWords,
  ],
  exports: [
    CouncilsService,
    HouseWords,
    InspectionsSeen,
    InspectionsService,
    PicturesService,
    SignalsService,
  ],
})
export class CouncilsModule {
  static entities = [
    Inspection,
    PlanReview,
    ControlChange,
    CouncilLink,
    Support,
    OfferPriority,
    Signal,
    Council,
    Succession,
  ];

  static lists = (get: Get): Record<string, FileList> => ({
    councils: {
      text: 'Councils',
      columns: COUNCIL_COLUMNS,
      keys: [['code']],
      named: ['name'],
      saved: () => '/imports/councils.csv',
      besides:
        'A new control is kept in the history of the council, and is a signal to the adviser of its region.',
      action: 'councils.write',
      export: () => get(RegisterCsv).export(),
      cells: () => get(RegisterCsv).cells(),
      import: ({ actor }, csv) => get(RegisterCsv).import(actor, csv, false),
    },
    ...pictureLists(get),
  });

  static refusals: Refusals = {
    councils_code_key: ['code-taken', 'Another host body has this code.'],
  };
}

/** What is recorded of councils besides challenges. */
const pictureLists = (get: Get): Record<string, FileList> => ({
  inspections: {
    text: 'Inspections',
    columns: INSPECTION_COLUMNS,
    keys: [
      ['council', 'framework', 'inspected_on'],
      ['council', 'framework'],
    ],
    saved: () => '/inspections.csv',
    action: 'picture.write',
    export: (access) => get(InspectionsCsv).export(access),
    cells: (access) => get(InspectionsCsv).cells(get(Database).manager, access),
    import: (access, csv) => get(InspectionsCsv).import(access, csv),
  },
  supports: {
    text: 'Support of councils',
    columns: SUPPORT_COLUMNS,
    keys: [['council', 'type', 'first_day']],
    saved: () => '/support.csv',
    action: 'picture.write',
    export: (access) => get(PicturesCsvService).exportSupports(access),
    cells: (access) => get(PicturesCsvService).supportCells(get(Database).manager, access),
    import: (access, csv) => get(PicturesCsvService).importSupports(access, csv),
  },
  signals: {
    text: 'Signals',
    columns: SIGNAL_COLUMNS,
    keys: [['council', 'type', 'observed_on', 'source']],
    saved: () => '/signals.csv',
    action: 'signals.write',
    export: (access) => get(PicturesCsvService).exportSignals(access),
    cells: (access) => get(PicturesCsvService).signalCells(get(Database).manager, access),
    import: (access, csv) => get(PicturesCsvService).importSignals(access, csv),
  },
});
