import { types } from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import * as migrations from '../migrations/all.js';
import { ChallengeChange } from './challenges/challenge-change.entity.js';
import { Challenge } from './challenges/challenge.entity.js';
import { Offer } from './challenges/offer.entity.js';
import { ControlChange } from './councils/control-change.entity.js';
import { Inspection } from './councils/inspection.entity.js';
import { OfferPriority } from './councils/offer-priority.entity.js';
import { Signal } from './councils/signal.entity.js';
import { Support } from './councils/support.entity.js';
import { CouncilLink } from './councils/council-link.entity.js';
import { Council } from './councils/council.entity.js';
import { Booking } from './invitations/booking.entity.js';
import { Invitation } from './invitations/invitation.entity.js';
import { Document } from './outcomes/document.entity.js';
import { Feedback } from './outcomes/feedback.entity.js';
import { GoodPractice } from './outcomes/good-practice.entity.js';
import { Recommendation } from './outcomes/recommendation.entity.js';
import { PeerChange } from './peers/peer-change.entity.js';
import { ChallengeStep } from './visits/challenge-step.entity.js';
import { Circumstance } from './visits/circumstance.entity.js';
import { FollowUpChange } from './visits/follow-up-change.entity.js';
import { VisitSession } from './visits/visit-session.entity.js';
import { OutboxJob } from './jobs/outbox-job.entity.js';
import { SnakeNames } from './naming.js';
import { ApplicationChange } from './recruiting/application-change.entity.js';
import { Application } from './recruiting/application.entity.js';
import { Campaign } from './recruiting/campaign.entity.js';
import { EventPlace } from './recruiting/event-place.entity.js';
import { Event } from './recruiting/event.entity.js';
import { Demographics } from './peers/demographics.entity.js';
import { Peer } from './peers/peer.entity.js';
import { Link } from './messages/link.entity.js';
import { Message } from './messages/message.entity.js';
import { Account } from './people/account.entity.js';
import { ApiToken } from './people/api-token.entity.js';
import { AuditEntry } from './people/audit-entry.entity.js';
import { SignInCode } from './people/sign-in-code.entity.js';
import { PolicyChange } from './policy/policy-change.entity.js';
import { PolicyItem } from './policy/policy.entity.js';
import { MeasureFigure } from './programme/measure-figure.entity.js';
import { Measure } from './programme/measure.entity.js';
import { ProtectedTotals } from './programme/protected-totals.entity.js';
import { PlanRequest } from './programme/plan-request.entity.js';
import { ReportAction } from './programme/report-action.entity.js';
import { ReportSnapshot } from './programme/report-snapshot.entity.js';
import { Objection } from './proposals/objection.entity.js';
import { Proposal } from './proposals/proposal.entity.js';
import { Sounding } from './proposals/sounding.entity.js';
import { TeamRequest } from './proposals/team-request.entity.js';
import { Visit } from './challenges/visit.entity.js';
import { IdempotencyKey } from './web/idempotency-key.entity.js';

const ENTITIES = [
  Account,
  SignInCode,
  Link,
  Message,
  ApiToken,
  AuditEntry,
  IdempotencyKey,
  OutboxJob,
  PolicyItem,
  PolicyChange,
  Council,
  CouncilLink,
  Inspection,
  Support,
  OfferPriority,
  ControlChange,
  Signal,
  Peer,
  Challenge,
  ChallengeChange,
  Offer,
  TeamRequest,
  Proposal,
  Objection,
  Sounding,
  Invitation,
  Booking,
  Visit,
  ChallengeStep,
  FollowUpChange,
  VisitSession,
  PeerChange,
  Circumstance,
  Document,
  Recommendation,
  Feedback,
  GoodPractice,
  PlanRequest,
  Measure,
  MeasureFigure,
  ReportSnapshot,
  ReportAction,
  Demographics,
  ProtectedTotals,
  Campaign,
  Application,
  ApplicationChange,
  Event,
  EventPlace,
];

/** Lists of days stay text, as single days do: a day is no instant. */
const DATE_ARRAY = 1182;
types.setTypeParser(DATE_ARRAY as never, (text: string) => text.match(/\d{4}-\d{2}-\d{2}/g) ?? []);

/** The one list of entities and migrations. Statements, locks and idle transactions end by themselves. */
export const dataSourceOptions = (url: string, poolSize = 10): DataSourceOptions => ({
  type: 'postgres',
  url,
  uuidExtension: 'pgcrypto',
  installExtensions: false,
  namingStrategy: new SnakeNames(),
  entities: ENTITIES,
  migrations: Object.values(migrations),
  poolSize,
  extra: {
    keepAlive: true,
    statement_timeout: 60_000,
    lock_timeout: 10_000,
    idle_in_transaction_session_timeout: 15_000,
    connectionTimeoutMillis: 10_000,
  },
});

export const makeDataSource = (url: string): DataSource => new DataSource(dataSourceOptions(url));
