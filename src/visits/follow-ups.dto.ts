import { STATE_NAMES } from '../challenges/states.js';
import { WindowField } from '../challenges/challenges.dto.js';
import { CHANGED_FIELDS } from '../peers/peer-change.entity.js';
import { Choice, Day, Flag, Instant, Int, Link, Many, One, Text, Texts, Uuid } from '../web/fields.js';
import { OWNER_NAMES, STEP_IDS, type StepId } from './steps.js';

const CLOCK_STATES = ['done', 'now', 'next', 'late', 'missed', 'unknown'];
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

class ElectionView {
  @Day() from: string;
  @Day() to: string;
  @Day({ description: 'The first day after the period' }) after: string;
}

class MovedView {
  @Day({ nullable: true }) from: string | null;
  @Text() reason: string;
}

export class ClockStepView {
  @Choice(STEP_IDS) id: string;
  @Text() title: string;
  @Choice(Object.keys(OWNER_NAMES)) owner: string;
  @Day({ nullable: true }) due: string | null;
  @Day({
    nullable: true,
    description: 'The day by the rule of the kind, where it is no working day and another counts',
  })
  rule: string | null;
  @Choice(CLOCK_STATES, { description: 'missed: the challenge was closed without it' }) state: string;
  @Day({ nullable: true }) doneOn: string | null;
  @Link({ nullable: true }) link: string | null;
  @One(() => MovedView, { nullable: true }) moved: MovedView | null;
  @One(() => ElectionView, { nullable: true, description: 'The pre-election period that the day falls into' })
  election: ElectionView | null;
}

export class StepDone {
  @Choice(STEP_IDS) step: StepId;
  @Day() doneOn: string;
  @Link({ optional: true, nullable: true }) link?: string | null;
}

export class StepMoved {
  @Choice(STEP_IDS) step: StepId;
  @Day() to: string;
  @Text({ max: 1000 }) reason: string;
}

export class PutManager {
  @Uuid({ nullable: true }) managerId: string | null;
}

export class SessionField {
  @Day() day: string;
  @Text({ max: 5, pattern: TIME, description: 'HH:MM in London' }) starts: string;
  @Text({ max: 5, pattern: TIME }) ends: string;
  @Text({ max: 200 }) title: string;
  @Text({ optional: true, min: 0, max: 500 }) people?: string;
  @Text({ optional: true, min: 0, max: 200 }) room?: string;
  @Texts({ optional: true, max: 20, description: 'Seats of the team; none means everybody' })
  seats?: string[];
}

export class SessionView extends SessionField {
  @Uuid() id: string;
}

export class AttendanceField {
  @Uuid() peerId: string;
  @Texts({ max: 10, description: 'Days on which the peer was there' }) days: string[];
  @Text({ optional: true, nullable: true, max: 500, description: 'Why not on all of them' }) cause?:
    string | null;
}

export class PutAttendance {
  @Many(() => AttendanceField, { max: 20 }) attendance: AttendanceField[];
}

export class AttendanceView {
  @Uuid() peerId: string;
  @Text() seat: string;
  @Flag({ description: 'Whether somebody wrote it down' }) written: boolean;
  @Texts() days: string[];
  @Text({ nullable: true }) cause: string | null;
}

export class LateChangeView {
  @Text() seat: string;
  @Text() name: string;
  @Text() what: string;
  @Text({ nullable: true }) cause: string | null;
  @Day() on: string;
}

export class OpenFollowUp {
  @Text({ max: 60 }) kind: string;
  @Int({ min: 1, max: 5 }) days: number;
  @Texts({ max: 20, description: 'Seats of the first team that come again' }) seats: string[];
  @Many(() => WindowField, {
    optional: true,
    max: 30,
    description: 'Found about the day that it is due where left out',
  })
  windows?: WindowField[];
}

export class FollowUpView {
  @Uuid() id: string;
  @Text() kind: string;
  @Choice(Object.keys(STATE_NAMES)) state: string;
  @Day({ nullable: true }) firstDay: string | null;
  @Day({ nullable: true }) lastDay: string | null;
}

export class CircumstanceView {
  @Uuid() id: string;
  @Uuid() challengeId: string;
  @Uuid() peerId: string;
  @Text() seat: string;
  @Choice(['on_site', 'progress_review']) visit: string;
  @Texts({
    of: CHANGED_FIELDS,
    description: 'What of the peer has changed; none where something else brought it',
  })
  fields: string[];
  @Texts({
    description: 'What stands against the peer in the seat, where that brought it: excluded, party …',
  })
  bars: string[];
  @Choice(['open', 'kept', 'replaced']) state: string;
  @Instant() createdAt: string;
}

export class Settle {
  @Choice(['keep', 'replace']) decision: 'keep' | 'replace';
  @Text({ max: 1000 }) reason: string;
}
