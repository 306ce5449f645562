import { BARS } from '../matching/rules/rules.js';
import { PEER_CLASSES, type TeamSeats } from '../matching/problem/programme.js';
import { Choice, Day, Flag, Instant, Int, Many, Names, One, Text, Texts, Uuid } from '../web/fields.js';
import { OBJECTION_STATES } from './objection.entity.js';
import { REQUEST_STATES } from './request-states.js';

const MOST_POINTS = 2_147_483_647;

export class TermView {
  @Text() term: string;
  @Text({ optional: true }) seat?: string;
  @Text({ optional: true }) skill?: string;
  @Int({ min: -MOST_POINTS, max: MOST_POINTS }) points: number;
}

/** A peer as an adviser compares them. */
export class MemberView {
  @Uuid() id: string;
  @Text() name: string;
  @Choice(PEER_CLASSES) class: string;
  @Texts() positions: string[];
  @Text({ nullable: true }) council: string | null;
  @Int({ min: 0, max: 1000 }) reviews: number;
}

export class ProposedSeat {
  @Text() seat: string;
  @One(() => MemberView, { nullable: true }) peer: MemberView | null;
  @Text({ description: 'Why, in words' }) reason: string;
}

export class ApprovalView {
  @Choice(['council', 'second', 'silence']) by: string;
  @Uuid({ nullable: true, description: 'Which body of a joint challenge; null for all of them' }) of:
    string | null;
  @Instant() at: string;
}

export class ProposalView {
  @Uuid() id: string;
  @Uuid() challengeId: string;
  @Uuid() requestId: string;
  @Int({ min: 1, max: 32_767 }) rank: number;
  @Int({ min: -MOST_POINTS, max: MOST_POINTS }) score: number;
  @Choice(['proposed', 'agreed', 'superseded']) state: string;
  @Day() firstDay: string;
  @Day() lastDay: string;
  @Many(() => ProposedSeat) seats: ProposedSeat[];
  @Many(() => TermView) terms: TermView[];
  @Text({ nullable: true, description: 'What the team as a whole gains and loses' }) team: string | null;
  @Uuid({ nullable: true }) editedFrom: string | null;
  @Instant({ nullable: true, description: 'Until then the council may object' }) objectionDeadline:
    string | null;
  @Many(() => ApprovalView) approvals: ApprovalView[];
}

export class FallView {
  @Choice(BARS) bar: string;
  @Int({ min: 0, max: MOST_POINTS }) peers: number;
}

export class RelaxationView {
  @Text() change: string;
  @Int({ min: 0, max: MOST_POINTS }) peers: number;
}

export class AccreditView {
  @Int({ min: 0, max: MOST_POINTS, description: 'Whom nothing but the accreditation for the kind keeps out' })
  peers: number;
  @Texts({ description: 'Some of them by id, the best first: the accreditation of one fills the seat' })
  best: string[];
}

export class BlockedView {
  @Text() seat: string;
  @Many(() => FallView) falls: FallView[];
  @Many(() => RelaxationView) relaxations: RelaxationView[];
  @One(() => AccreditView, { nullable: true }) accredit: AccreditView | null;
}

export class TeamRequestView {
  @Uuid() id: string;
  @Uuid() challengeId: string;
  @Choice(['request', 'repair', 'plan']) cause: string;
  @Choice(REQUEST_STATES) state: string;
  @Text({ description: 'What it is doing, in words' }) phase: string;
  @Instant() createdAt: string;
  @Instant({ nullable: true }) finishedAt: string | null;
  @Many(() => ProposalView) proposals: ProposalView[];
  @Many(() => BlockedView) blocked: BlockedView[];
}

export class EditProposal {
  @Names({ description: 'Peer ids by seat, only those that change; null leaves a seat empty' })
  seats: TeamSeats;
}

/** What a council sees of its proposed team: nobody's party, nobody who was not chosen. */
export class TeamMemberView {
  @Text() seat: string;
  @Text({ nullable: true }) name: string | null;
  @Choice(PEER_CLASSES, { nullable: true }) class: string | null;
  @Texts() positions: string[];
  @Text({ nullable: true }) council: string | null;
  @Int({ nullable: true, min: 0, max: 1000 }) reviews: number | null;
}

export class TeamApprovalView {
  @Uuid() proposalId: string;
  @Day() firstDay: string;
  @Day() lastDay: string;
  @Many(() => TeamMemberView) members: TeamMemberView[];
  @Instant({ nullable: true, description: 'Until then the council may object; silence is consent' })
  objectionDeadline: string | null;
  @Many(() => ApprovalView) approvals: ApprovalView[];
  @Flag({ description: 'Every consent that the kind asks for is given' }) approved: boolean;
}

export class AskAgain {
  @Uuid({ description: 'Who said no, did not answer, was released or objected to' }) peerId: string;
  @Text({ max: 2000 }) reason: string;
}

export class AgreeTeam {
  @Texts({
    optional: true,
    max: 30,
    description: 'Invitations that were said yes to and end by this, as the refusal without them names them',
  })
  ends?: string[];
}

export class ApproveTeam {
  @Uuid({ description: 'The team that you were shown, as team-approval gives it' }) proposalId: string;
}

export class MakeObjection {
  @Uuid({ description: 'The team that you were shown, as team-approval gives it' }) proposalId: string;
  @Text({ max: 60 }) seat: string;
  @Text({ max: 2000 }) reason: string;
}

export class AnswerObjection {
  @Choice(['upheld', 'dismissed']) state: 'upheld' | 'dismissed';
  @Text({ max: 2000 }) answer: string;
}

export class ObjectionView {
  @Uuid() id: string;
  @Uuid() proposalId: string;
  @Text() seat: string;
  @Text() reason: string;
  @Uuid({ nullable: true, description: 'Which body of a joint challenge it is of' }) councilId: string | null;
  @Choice(OBJECTION_STATES) state: string;
  @Text({ nullable: true }) answer: string | null;
  @Instant() createdAt: string;
}
