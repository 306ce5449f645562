import { WAIVABLE_TERMS } from '../matching/problem/programme.js';
import { MOST_COVERAGE_LINES, MOST_SEATS } from '../kinds/seats.js';
import { CoverageView, SeatView } from '../kinds/seats.js';
import { Choice, Day, Email, Flag, Instant, Int, Many, Text, Texts, Uuid, Uuids } from '../web/fields.js';
import { PageQuery } from '../web/paging.js';
import { CHALLENGE_MODES, type ChallengeMode } from './challenge.entity.js';
import { CONTACT_PURPOSES, type ContactPurpose } from './contacts.js';
import { OFFER_ANSWERS } from './offer.entity.js';
import { CHALLENGE_STATES } from './states.js';

export class WindowField {
  @Day() start: string;
  @Int({ min: 1, max: 5, description: 'Consecutive days on site' }) days: number;
  @Int({ optional: true, min: 0, max: 1000, description: 'How much less this window is wanted, in points' })
  penalty?: number;
  @Text({
    optional: true,
    max: 200,
    description: 'Who lets them stand in a pre-election period; of staff only',
  })
  waivedBy?: string;
  @Text({ optional: true, max: 1000, description: 'And why' }) waivedReason?: string;
}

export class ContactField {
  @Choice(CONTACT_PURPOSES, {
    description: 'What the person is asked for; opposition gives the second approval',
  })
  purpose: ContactPurpose;
  @Text({ max: 200 }) name: string;
  @Email() email: string;
}

/** A contact as it is kept. */
export class ContactView extends ContactField {
  @Flag({ description: 'May sign in: named or confirmed by the programme' }) confirmed: boolean;
}

export class ConfirmContact {
  @Email() email: string;
}

export class BookChallenge {
  @Uuid() councilId: string;
  @Text({ max: 60 }) kind: string;
  @Choice(CHALLENGE_MODES, { optional: true }) mode?: ChallengeMode;
  @Text({ optional: true, max: 5000 }) focus?: string;
  @Many(() => WindowField, { max: 30 }) windows: WindowField[];
  @Many(() => ContactField, { optional: true, max: 20 }) contacts?: ContactField[];
}

export class WaiverField {
  @Uuid() peerId: string;
  @Choice(WAIVABLE_TERMS) term: 'recent' | 'sameRegion' | 'distanceMax';
  @Text({ max: 200, description: 'Who waives it' }) by: string;
  @Text({ max: 1000 }) reason: string;
}

export class EditChallenge {
  @Choice(CHALLENGE_MODES, { optional: true }) mode?: ChallengeMode;
  @Uuids({ optional: true, description: 'Other bodies that it is of' })
  partnerIds?: string[];
  @Text({ optional: true, max: 5000, min: 0 }) focus?: string;
  @Many(() => ContactField, { optional: true, max: 20 }) contacts?: ContactField[];
  @Many(() => WindowField, { optional: true, max: 30 }) windows?: WindowField[];
  @Many(() => SeatView, { optional: true, max: MOST_SEATS }) seats?: SeatView[];
  @Many(() => CoverageView, { optional: true, max: MOST_COVERAGE_LINES }) coverage?: CoverageView[];
  @Texts({ optional: true, max: 500, description: 'Ids of peers not to be asked' }) excluded?: string[];
  @Many(() => WaiverField, { optional: true, max: 100 }) waived?: WaiverField[];
}

export class Reason {
  @Text({ max: 2000 }) reason: string;
}

export class Postpone extends Reason {
  @Many(() => WindowField, { optional: true, max: 30, description: 'New windows, where they are known' })
  windows?: WindowField[];
}

export class ChallengeQuery extends PageQuery {
  @Choice(CHALLENGE_STATES, { optional: true }) state?: string;
  @Uuid({ optional: true }) council?: string;
  @Text({ optional: true, max: 60 }) kind?: string;
}

export class WarningView {
  @Text() rule: string;
  @Choice(['refused', 'warning']) severity: string;
  @Day() date: string;
  @Text() message: string;
}

export class WindowView {
  @Text() id: string;
  @Day() start: string;
  @Int({ min: 1, max: 5 }) days: number;
  @Int({ min: 0, max: 1000 }) penalty: number;
  @Many(() => WarningView) warnings: WarningView[];
}

export class ChallengeView {
  @Uuid() id: string;
  @Uuid() councilId: string;
  @Text() council: string;
  @Uuids({ description: 'Other bodies that it is of' }) partnerIds: string[];
  @Choice(CHALLENGE_MODES) mode: ChallengeMode;
  @Text() kind: string;
  @Choice(CHALLENGE_STATES) state: string;
  @Texts({ of: CHALLENGE_STATES, description: 'States that may follow' }) next: string[];
  @Text({ min: 0, max: 5000 }) focus: string;
  @Many(() => ContactView) contacts: ContactView[];
  @Many(() => SeatView) seats: SeatView[];
  @Many(() => CoverageView) coverage: CoverageView[];
  @Many(() => WindowView) windows: WindowView[];
  @Day({ nullable: true }) firstDay: string | null;
  @Day({ nullable: true }) lastDay: string | null;
  @Int({ min: 1, max: 2_147_483_647 }) version: number;
}

export class ChallengeRow {
  @Uuid() id: string;
  @Uuid() councilId: string;
  @Text() council: string;
  @Uuids({ description: 'Other bodies that it is of' }) partnerIds: string[];
  @Text() kind: string;
  @Choice(CHALLENGE_STATES) state: string;
  @Day({ nullable: true }) firstDay: string | null;
  @Day({ nullable: true }) lastDay: string | null;
  @Instant() createdAt: string;
}

export class ChangeView {
  @Choice(CHALLENGE_STATES, { nullable: true }) from: string | null;
  @Choice(CHALLENGE_STATES) to: string;
  @Text() actor: string;
  @Text({ min: 0 }) reason: string;
  @Instant() at: string;
}

export class MakeOffer {
  @Text({ max: 60 }) kind: string;
  @Day() madeOn: string;
  @Choice(OFFER_ANSWERS) answer: (typeof OFFER_ANSWERS)[number];
  @Text({ optional: true, nullable: true, max: 2000 }) reason?: string | null;
}

export class OfferView extends MakeOffer {
  @Uuid() id: string;
  @Text({ nullable: true }) declare reason: string | null;
}
