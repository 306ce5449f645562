import { londonDate } from '../calendar/dates.js';
import { sayDay } from '../calendar/phrases.js';
import type { Challenge } from '../challenges/challenge.entity.js';
import type { ChallengeState } from '../challenges/states.js';
import { paths } from '../web/paths.js';
import type { ChallengeFacts } from './challenge-facts.js';

export type TaskState = 'done' | 'now' | 'waiting' | 'later';

/** One step of an adviser with a challenge. */
export interface Task {
  title: string;
  href: string | null;
  state: TaskState;
  hint: string;
}

const BEFORE_SCOPE: readonly ChallengeState[] = ['enquiry'];
const OPEN: readonly ChallengeState[] = [
  'enquiry',
  'scoped',
  'team_proposed',
  'team_agreed',
  'inviting',
  'postponed',
];

/** The steps from enquiry to confirmed, with the one that is to be done now; none for what was cancelled. */
export function tasksOf(challenge: Challenge, facts: ChallengeFacts): Task[] {
  const { id, state } = challenge;
  if (state === 'cancelled') return [];
  const scoped = !BEFORE_SCOPE.includes(state);
  const agreed = facts.proposalId !== null && facts.refusedSeat === null;
  const confirmed = !OPEN.includes(state);
  return [
    {
      title: 'Agree the scope',
      href: paths.scope(id),
      state: scoped ? 'done' : 'now',
      hint: scoped ? 'focus, dates, seats and contacts' : 'with the leader and the chief executive',
    },
    datesFirst(teamTask(state, facts, scoped, agreed || confirmed), challenge),
    approvalTask(challenge, facts, agreed, confirmed),
    invitationTask(challenge, facts, agreed, confirmed),
    ...chainTask(id, facts),
    ...linkTask(facts),
  ];
}

function chainTask(id: string, { chain, change }: ChallengeFacts): Task[] {
  const hint = change && `its council is asked until ${lastDayOf(change.answerBy)}`;
  if (chain?.state === 'found')
    return [
      {
        title: 'Look at a move between teams',
        href: paths.chain(chain.id),
        state: 'now',
        hint: 'it would fill the empty seat',
      },
    ];
  if (!change || hint === null) return [];
  const href = chain ? paths.chain(chain.id) : paths.changedTeam(id);
  return [{ title: 'A change of the team', href, state: 'waiting', hint }];
}

const linkTask = ({ linkTold, linksTold }: ChallengeFacts): Task[] =>
  linkTold === null
    ? []
    : [
        {
          title: 'Look at a declared link',
          href: paths.invitation(linkTold),
          state: 'now',
          hint:
            linksTold === 1
              ? 'a peer said yes, and told it'
              : `the first of ${String(linksTold)} that were told with a yes`,
        },
      ];

/** Where there is no date a team cannot be looked for. */
const datesFirst = (task: Task, { id, windows }: Challenge): Task =>
  task.title === 'Ask for a team' && windows.length === 0
    ? {
        title: 'Add dates',
        href: paths.scopeWindows(id),
        state: 'now',
        hint: 'a team is looked for on dates that are offered',
      }
    : task;

function teamTask(
  challenge: ChallengeState,
  { requestId, requestState, proposals, proposalId, refusedSeat }: ChallengeFacts,
  scoped: boolean,
  agreed: boolean,
): Task {
  const href = requestId ? paths.teamRequest(requestId) : null;
  if (refusedSeat !== null && proposalId !== null)
    return {
      title: 'Choose a replacement',
      href: paths.seat(proposalId, refusedSeat),
      state: 'now',
      hint: 'somebody cannot come; those who said yes stay',
    };
  if (agreed) {
    const beside =
      proposals > 0
        ? `, ${String(proposals)} ${proposals === 1 ? 'other is' : 'others are'} proposed beside it`
        : '';
    return { title: 'Choose a team', href, state: 'done', hint: `a team is agreed${beside}` };
  }
  if (!scoped)
    return { title: 'Choose a team', href: null, state: 'later', hint: 'once the scope is agreed' };
  if (requestState === 'queued' || requestState === 'running')
    return { title: 'Choose a team', href, state: 'waiting', hint: 'teams are being looked for' };
  if (proposals > 0)
    return { title: 'Choose a team', href, state: 'now', hint: `${String(proposals)} proposed, best first` };
  return {
    title: 'Ask for a team',
    href: null,
    state: 'now',
    hint:
      challenge === 'postponed'
        ? 'on the new dates; the team of before was released'
        : requestState === 'done'
          ? 'no team was possible; change what is asked'
          : 'the scope is agreed, and no team asked for yet',
  };
}

function approvalTask({ id }: Challenge, facts: ChallengeFacts, agreed: boolean, confirmed: boolean): Task {
  const title = 'The council approves the team';
  if (facts.openObjection)
    return {
      title: 'Answer the objection',
      href: paths.answerObjection(facts.openObjection),
      state: 'now',
      hint: 'the council objects to a member',
    };
  if (facts.upheldSeat && !facts.approved)
    return {
      title: 'Choose somebody else',
      href: paths.seat(facts.proposalId ?? '', facts.upheldSeat),
      state: 'now',
      hint: 'an objection was upheld',
    };
  if (!agreed && !confirmed) return { title, href: null, state: 'later', hint: 'once a team is agreed' };
  if (facts.approved || confirmed)
    return { title, href: paths.approval(id), state: 'done', hint: 'approved' };
  const until = facts.deadline === null ? '' : `until ${lastDayOf(facts.deadline)}; `;
  return { title, href: paths.approval(id), state: 'waiting', hint: `${until}silence is consent` };
}

/** The day on which a deadline ends, an instant at the end of a day. */
export const lastDayOf = (deadline: string): string =>
  sayDay(londonDate(new Date(new Date(deadline).getTime() - 1)));

function invitationTask(
  { id, state }: Challenge,
  facts: ChallengeFacts,
  agreed: boolean,
  confirmed: boolean,
): Task {
  const href = paths.invitations(id);
  const empty = facts.allSeats - facts.seats;
  const without = empty > 0 ? `; ${String(empty)} ${empty === 1 ? 'seat stays' : 'seats stay'} empty` : '';
  if (confirmed)
    return { title: 'Invite the team', href, state: 'done', hint: `everybody has said yes${without}` };
  const counts = `${String(facts.accepted)} of ${String(facts.seats)} have said yes`;
  if (!agreed || !facts.approved)
    return {
      title: 'Invite the team',
      href: facts.invited > 0 ? href : null,
      state: 'later',
      hint: facts.invited > 0 ? counts : 'once the team is approved',
    };
  if (state === 'team_agreed' || facts.invited < facts.seats)
    return {
      title: 'Invite the team',
      href,
      state: 'now',
      hint: facts.invited > 0 ? counts : 'all at once, dates held',
    };
  return { title: 'Answers of the peers', href, state: 'waiting', hint: counts };
}
