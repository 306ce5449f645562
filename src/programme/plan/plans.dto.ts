import { AccreditView, FallView, RelaxationView } from '../../proposals/proposals.dto.js';
import { REQUEST_STATES } from '../../proposals/request-states.js';
import {
  Choice,
  Day,
  Decimal,
  Instant,
  Int,
  Levels,
  Many,
  One,
  Text,
  Texts,
  Uuid,
  Uuids,
} from '../../web/fields.js';

const MOST_POINTS = 2_147_483_647;

export class AskForPlan {
  @Uuids({
    optional: true,
    description: 'The challenges to plan; left out, all of the year that wait for a team',
  })
  challenges?: string[];
  @Decimal({
    optional: true,
    min: 0,
    max: 1,
    description: 'End when no plan can be better by more than this share; 0.005 unless told',
  })
  gap?: number;
  @Int({ optional: true, min: 1, max: 1800, description: 'End after so many seconds; 60 unless told' })
  timeLimit?: number;
}

export class AcceptPlan {
  @Uuids({ optional: true, description: 'The challenges to accept it for; left out, all' })
  challenges?: string[];
}

export class PlannedSeatView {
  @Text() seat: string;
  @Uuid({ nullable: true }) peerId: string | null;
  @Text({ nullable: true }) peer: string | null;
}

export class AssignmentView {
  @Uuid() challengeId: string;
  @Text() council: string;
  @Text({ nullable: true, description: 'Null where the plan has no window for the challenge' }) windowId:
    string | null;
  @Day({ nullable: true }) firstDay: string | null;
  @Day({ nullable: true }) lastDay: string | null;
  @Many(() => PlannedSeatView) seats: PlannedSeatView[];
}

export class SeatMoveView {
  @Uuid() challengeId: string;
  @Text() council: string;
  @Text() seat: string;
  @Text({ nullable: true }) from: string | null;
  @Text({ nullable: true }) to: string | null;
}

export class RivalView {
  @Uuid() challengeId: string;
  @Text() council: string;
  @Int({ min: 0, max: MOST_POINTS, description: 'People there who could sit here too' }) peers: number;
}

export class BlockedSeatView {
  @Uuid() challengeId: string;
  @Text() council: string;
  @Text() seat: string;
  @Many(() => FallView) falls: FallView[];
  @Many(() => RelaxationView) relaxations: RelaxationView[];
  @One(() => AccreditView, { nullable: true }) accredit: AccreditView | null;
  @Many(() => RivalView) competesWith: RivalView[];
}

export class RecruitView {
  @Texts() positions: string[];
  @Text({ nullable: true }) party: string | null;
  @Levels({ min: 1, max: 5 }) skills: Record<string, number>;
  @Text() region: string;
  @Text({ description: 'YYYY-MM' }) month: string;
  @Int({ min: 0, max: MOST_POINTS, description: 'Points, estimated' }) gain: number;
}

export class PlanView {
  @Choice(['optimal', 'within-gap', 'time-limit']) status: string;
  @Int({ min: -MOST_POINTS, max: MOST_POINTS }) score: number;
  @Int({ min: -MOST_POINTS, max: MOST_POINTS, description: 'No plan is worth more' }) bound: number;
  @Decimal({ min: 0, max: 1_000_000 }) gap: number;
  @Int({ min: 0, max: MOST_POINTS }) disruption: number;
  @Many(() => AssignmentView) assignments: AssignmentView[];
  @Many(() => SeatMoveView, { max: 5000 }) changed: SeatMoveView[];
  @Many(() => BlockedSeatView, { max: 5000 }) blocked: BlockedSeatView[];
  @Many(() => RecruitView) recruit: RecruitView[];
}

export class PlanRequestView {
  @Uuid() id: string;
  @Int({ min: 2000, max: 2199, description: 'The programme year by its first calendar year' }) year: number;
  @Choice(REQUEST_STATES) state: string;
  @Text({ description: 'What it is doing, in words' }) phase: string;
  @Int({ min: 0, max: 500, description: 'How many challenges it plans' }) challenges: number;
  @Int({
    nullable: true,
    min: -MOST_POINTS,
    max: MOST_POINTS,
    description: 'The worth of the best plan so far',
  })
  score: number | null;
  @Int({ nullable: true, min: -MOST_POINTS, max: MOST_POINTS, description: 'What no plan can exceed' })
  bound: number | null;
  @Instant() createdAt: string;
  @Instant({ nullable: true }) finishedAt: string | null;
  @One(() => PlanView, { nullable: true, description: 'Null in lists and until there is one' })
  plan: PlanView | null;
}

export class PlanQuery {
  @Uuid({ description: 'The request whose plan to compare with' }) with: string;
}

export class WindowMoveView {
  @Uuid() challengeId: string;
  @Text() council: string;
  @Day({ nullable: true }) from: string | null;
  @Day({ nullable: true }) to: string | null;
}

export class ComparisonView {
  @Int({
    min: -MOST_POINTS,
    max: MOST_POINTS,
    description: 'Points that the other plan is worth more, each over its own challenges',
  })
  gained: number;
  @Many(() => SeatMoveView, {
    max: 5000,
    description: 'Seats whose person differs: from this plan to the other',
  })
  moves: SeatMoveView[];
  @Many(() => WindowMoveView, { description: 'Challenges whose dates differ' }) windows: WindowMoveView[];
}

export class AcceptedView {
  @Uuid() challengeId: string;
  @Text() council: string;
  @Uuid({ nullable: true }) proposalId: string | null;
  @Text({ nullable: true, description: 'Why it could not be accepted' }) problem: string | null;
}
