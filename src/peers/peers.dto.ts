import { PEER_CLASSES, type PeerClass, type SkillLevels } from '../matching/problem/programme.js';
import { Choice, Day, Email, Int, Ints, Levels, Many, Text, Texts, Uuid } from '../web/fields.js';
import { PageQuery } from '../web/paging.js';
import { AVAILABILITY_STATES, type AvailabilityState } from './availability.js';
import { CONFLICT_TYPES, PEER_STATES, type PeerConflict } from './peer.entity.js';

export class AccreditationField {
  @Text({ max: 60 }) kind: string;
  @Day({ nullable: true }) expiresOn: string | null;
}

export class ConflictField {
  @Uuid() councilId: string;
  @Choice(CONFLICT_TYPES) type: PeerConflict['type'];
  @Day({ nullable: true }) until: string | null;
}

export class HomeField {
  @Uuid() councilId: string;
  @Day({ nullable: true }) from: string | null;
  @Day({ nullable: true, description: 'The last day; null while it goes on' }) to: string | null;
}

/** What may be said of a peer; for a change, only what changes. */
export class EditPeer {
  @Text({ optional: true, max: 200 }) name?: string;
  @Email({ optional: true, nullable: true }) email?: string | null;
  @Text({ optional: true, nullable: true, max: 40 }) phone?: string | null;
  @Text({ optional: true, nullable: true, max: 60, description: 'For councillors only' }) party?:
    string | null;
  @Uuid({ optional: true, nullable: true }) councilId?: string | null;
  @Many(() => HomeField, { optional: true, max: 20 }) homes?: HomeField[];
  @Text({ optional: true, nullable: true, max: 200 }) organisation?: string | null;
  @Texts({ optional: true, max: 20 }) positions?: string[];
  @Levels({ optional: true, min: 1, max: 5 }) skills?: SkillLevels;
  @Many(() => AccreditationField, { optional: true, max: 50 }) accreditations?: AccreditationField[];
  @Many(() => ConflictField, { optional: true, max: 100 }) conflicts?: ConflictField[];
  @Texts({ optional: true, max: 20 }) refusedRegions?: string[];
  @Day({ optional: true, nullable: true }) releasedUntil?: string | null;
  @Int({ optional: true, min: 0, max: 1000 }) reviews?: number;
  @Int({ optional: true, min: 0, max: 10 }) rating?: number;
  @Int({ optional: true, min: 0, max: 100 }) maxChallenges?: number;
  @Int({ optional: true, min: 0, max: 366 }) maxDays?: number;
  @Int({ optional: true, min: 0, max: 366 }) restDays?: number;
}

export class CreatePeer extends EditPeer {
  @Text({ max: 200 }) declare name: string;
  @Choice(PEER_CLASSES) class: PeerClass;
}

export class PeerQuery extends PageQuery {
  @Choice(PEER_CLASSES, { optional: true }) class?: PeerClass;
  @Choice(PEER_STATES, { optional: true }) state?: string;
  @Text({ optional: true, max: 100 }) name?: string;
  @Text({ optional: true, max: 60 }) position?: string;
  @Text({ optional: true, max: 60 }) skill?: string;
  @Uuid({ optional: true }) council?: string;
}

/** A peer as far as the reader may see one: see PEER_FIELDS. */
export class PeerView {
  @Uuid() id: string;
  @Text() name: string;
  @Choice(PEER_CLASSES) class: string;
  @Choice(PEER_STATES) state: string;
  @Uuid({ nullable: true }) councilId: string | null;
  @Text({ nullable: true }) organisation: string | null;
  @Texts() positions: string[];
  @Levels({ min: 1, max: 5 }) skills: SkillLevels;
  @Int({ min: 0, max: 1000 }) reviews: number;
  @Int({ min: 0, max: 1000 }) served: number;
  @Text({ optional: true, nullable: true }) party?: string | null;
  @Email({ optional: true, nullable: true }) email?: string | null;
  @Text({ optional: true, nullable: true }) phone?: string | null;
  @Many(() => AccreditationField, { optional: true }) accreditations?: AccreditationField[];
  @Texts({ optional: true }) refusedRegions?: string[];
  @Day({ optional: true, nullable: true }) releasedUntil?: string | null;
  @Int({ optional: true, min: 0, max: 100 }) maxChallenges?: number;
  @Int({ optional: true, min: 0, max: 366 }) maxDays?: number;
  @Int({ optional: true, min: 0, max: 366 }) restDays?: number;
  @Many(() => ConflictField, { optional: true }) conflicts?: ConflictField[];
  @Many(() => HomeField, { optional: true }) homes?: HomeField[];
  @Int({ optional: true, min: 0, max: 10 }) rating?: number;
  @Int({ min: 1, max: 2_147_483_647 }) version: number;
}

export class RangeField {
  @Day() from: string;
  @Day() to: string;
  @Choice(AVAILABILITY_STATES) state: AvailabilityState;
}

export class PatternField {
  @Ints({ min: 1, max: 7, most: 7, description: '1 for Monday to 7 for Sunday' }) weekdays: number[];
  @Int({ min: 1, max: 52 }) everyWeeks: number;
  @Day() from: string;
  @Day({ nullable: true }) to: string | null;
  @Choice(AVAILABILITY_STATES) state: AvailabilityState;
}

export class PutAvailability {
  @Many(() => PatternField, { max: 50 }) patterns: PatternField[];
  @Many(() => RangeField, { max: 1000 }) ranges: RangeField[];
}

export class AvailabilityView extends PutAvailability {
  @Day({ nullable: true, description: 'When the peer last said that it holds' }) confirmedOn: string | null;
}
