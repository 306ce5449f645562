import { lastDay } from '../calendar/dates.js';
import { sayDays } from '../calendar/phrases.js';
import { amount } from '../english/words.js';
import type { Invitation } from '../invitations/invitation.entity.js';
import { linkWords } from '../invitations/answering.js';
import { PERSON_ROLE_NAMES, PERSON_ROLES, type PersonRole } from '../challenges/challenge-person.entity.js';
import { seatWords } from '../kinds/seats.js';
import type { Told } from '../people/audit.js';
import type { Objection } from '../proposals/objection.entity.js';
import { changedSeats, type Proposal } from '../proposals/proposal.entity.js';

/** A line of a history. */
export interface Line {
  what: string;
  reason: string | null;
}

/** What the entries of a trail name, by id. */
export interface Named {
  invitations: Map<string, Invitation>;
  proposals: Map<string, Proposal>;
  objections: Map<string, Objection>;
  /** Names of the bodies that a joint challenge is of, by id. */
  bodies: ReadonlyMap<string, string>;
  /** Reasons for asking somebody again, by peer. */
  askedAgain: Map<string, string>;
  peer: (id: unknown) => string;
  manager: (id: unknown) => string;
  /** Its subject, and to whom it went. */
  message: (id: unknown) => string;
}

type Sayer = (details: Record<string, unknown>, named: Named) => Line | null;

const line = (what: string, reason: string | null = null): Line => ({ what, reason });

const THROUGH: Record<string, string> = {
  link: 'by the link in the message',
  page: 'signed in',
  telephone: 'by telephone',
  api: 'by a program',
};

const APPROVED: Record<string, string> = {
  council: 'The council approved the team',
  second: 'The second approver approved the team',
  silence: 'Nobody objected in time: the team is approved',
};

const ASKED: Record<string, string> = {
  request: 'Teams were asked for',
  repair: 'Who can take the free seats is looked for',
  plan: 'A team was asked for with the year’s plan',
};

const WITHDRAWN: Record<string, string> = {
  replaced: 'is not needed any more: the team was put together anew',
  moved: 'is not kept for the days before any more: the team that was agreed has other days or seats',
  postponed: 'is not kept for these days any more: the challenge was put off',
  cancelled: 'is not needed any more: the challenge was cancelled',
  stood_down: 'is not needed any more: the challenge was stood down',
  scope: 'is not asked any more: the scope is agreed anew',
  released: 'was released',
};

const FIELDS: Record<string, string> = {
  focus: 'the focus',
  windows: 'the dates offered',
  seats: 'the seats',
  contacts: 'the contacts',
  coverage: 'what the team is to cover',
  mode: 'how it is held',
  partnerIds: 'the bodies that it is of',
};

const personWords = (role: unknown): string =>
  PERSON_ROLES.find((one) => one === role) ? PERSON_ROLE_NAMES[role as PersonRole].toLowerCase() : 'somebody';

/** What each entry of the trail says to people. Entries that the history has from elsewhere, with more words, are not here. */
const SAYERS: Record<string, Sayer> = {
  'challenge.changed': ({ fields, added, removed }) => {
    const known = list(fields).flatMap((one) => FIELDS[one] ?? []);
    if (known.length === 0) return null;
    const dates = [
      ...list(added).map((one) => `added ${daysOf(one)}`),
      ...list(removed).map((one) => `removed ${daysOf(one)}`),
    ];
    return line(`Changed: ${known.join(', ')}`, dates.join('; ') || null);
  },
  'challenge.manager': ({ manager }, { manager: name }) => line(`Manager: ${name(manager)}`),
  'challenge.person-added': ({ role }) => line(`Somebody more comes: ${personWords(role)}`),
  'challenge.person-removed': ({ role }) => line(`Does not come any more: ${personWords(role)}`),
  'challenge.lead': ({ seat }) =>
    line(typeof seat === 'string' ? `Leads the team: ${seatWords(seat)}` : 'Nobody leads the team yet'),
  'days.waived': ({ days }) =>
    line('Somebody let days of a pre-election period stand', list(days).map(daysOf).join('; ') || null),
  'challenge.policy': () => line('It takes over the clock and the measures that its kind has now'),
  'contact.confirmed': () => line('A contact of the council was confirmed'),
  'chain.found': () => line('A move between teams was found that would fill the empty seat'),
  'chain.asked': () => line('The councils concerned were asked whether their teams may change'),
  'chain.approved': () => line('The council said yes to a change of its team'),
  'chain.refused': () => line('The council said no to a change of its team'),
  'chain.dropped': () => line('The move between teams was let go'),
  'team.requested': ({ cause }) => line(ASKED[String(cause)] ?? 'Teams were asked for'),
  'team.proposed': ({ proposals }) =>
    line(Number(proposals) > 0 ? `${amount(Number(proposals), 'team')} proposed` : 'No team was possible'),
  'team.cancelled': () => line('Looking for teams was stopped'),
  'team.planned': () => line('A team came with the year’s plan'),
  'peer.sounded': () => line('A peer was asked whether they could come'),
  'proposal.edited': ({ proposal, from }, { proposals, peer }) =>
    line(
      `The team was changed${changes(proposals.get(String(from)), proposals.get(String(proposal)), peer)}`,
    ),
  'proposal.undone': () => line('A change of the team was taken back'),
  'reserve.named': ({ seat }) => line(`A reserve was named for the ${seatWords(String(seat))}`),
  'proposal.agreed': ({ proposal }, { proposals }) => {
    const team = proposals.get(String(proposal));
    return line(`A team was agreed${team ? ` for ${sayDays(team.firstDay, team.lastDay)}` : ''}`);
  },
  'team.approved': ({ by, of, recorded }, { bodies }) => {
    const body = bodies.get(String(of));
    if (recorded) return line(`That ${body ?? 'the council'} approves the team was recorded`);
    if (body !== undefined)
      return line(`${by === 'second' ? 'The second approver of ' : ''}${body} approved the team`);
    return line(APPROVED[String(by)] ?? 'The team was approved');
  },
  'objection.made': ({ objection }, named) => {
    const one = named.objections.get(String(objection));
    const by = one?.council ? `${one.council.name} objects` : 'Objection';
    return line(`${by} to ${memberOf(one, named)}`, one?.reason);
  },
  'objection.answered': ({ objection, state }, named) => {
    const one = named.objections.get(String(objection));
    const of = one?.council ? ` of ${one.council.name}` : '';
    return line(`The objection${of} to ${memberOf(one, named)} was ${String(state)}`, one?.answer);
  },
  'invitations.sent': ({ invitations }, named) =>
    line(
      `Invited: ${list(invitations)
        .map((id) => invited(id, named))
        .join(', ')}`,
    ),
  'invitation.accepted': ({ invitation, through }, named) => {
    const told = named.invitations.get(String(invitation))?.declared;
    return line(
      `${invited(invitation, named)} said yes${how(through)}`,
      told
        ? `declared a link: ${[linkWords(told), told.words].filter((one) => one !== '').join('. ')}`
        : null,
    );
  },
  'invitation.declined': ({ invitation, through }, named) => {
    const one = named.invitations.get(String(invitation));
    const others = one?.otherDates ? `other dates: ${one.otherDates}` : null;
    const reason = [one?.reason ?? null, others].filter((part) => part !== null).join('; ');
    return line(`${invited(invitation, named)} said no${how(through)}`, reason || null);
  },
  'invitation.expired': ({ invitation }, named) =>
    line(`${invited(invitation, named)} did not answer in time`),
  'invitation.withdrawn': ({ invitation, why }, named) =>
    line(
      `${invited(invitation, named)} ${WITHDRAWN[String(why)] ?? 'was released'}`,
      named.invitations.get(String(invitation))?.reason,
    ),
  'link.decided': ({ invitation, decision }, named) =>
    line(
      `${invited(invitation, named)} ${decision === 'accepted' ? 'stays' : 'was released'}, after the link that they declared`,
      named.invitations.get(String(invitation))?.declared?.reason,
    ),
  'peer.askedAgain': ({ peer }, named) =>
    line(`${named.peer(peer)} may be asked again`, named.askedAgain.get(String(peer))),
  'penalty.waived': ({ peer }, named) => line(`A penalty for ${named.peer(peer)} was waived`),
  'days.kept': () => line('It goes on as agreed, whatever stands against its dates'),
  'message.sent-again': ({ message }, { message: said }) => line(`Sent again: ${said(message)}`),
  'message.settled': ({ message }, { message: said }) => line(`Put right, did not arrive: ${said(message)}`),
};

/** What an entry says to people; null for what the history tells from elsewhere. */
export function lineOf({ action, details }: Pick<Told, 'action' | 'details'>, named: Named): Line | null {
  return SAYERS[action]?.(details, named) ?? null;
}

const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

function daysOf(window: string): string {
  const [start = '', days = '1'] = window.split('x');
  return sayDays(start, lastDay(start, Number(days)));
}

const how = (through: unknown): string => {
  const words = THROUGH[String(through)];
  return words ? ` ${words}` : '';
};

const invited = (id: unknown, { invitations }: Named): string =>
  invitations.get(String(id))?.peer?.name ?? 'A peer';

function memberOf(objection: Objection | undefined, { proposals, peer }: Named): string {
  if (!objection) return 'a member';
  const seats = proposals.get(objection.proposalId)?.seats ?? {};
  return `${peer(seats[objection.seat])}, ${seatWords(objection.seat)}`;
}

/** ": Ann Smith instead of Bob Jones, lead member" */
function changes(before: Proposal | undefined, after: Proposal | undefined, peer: Named['peer']): string {
  if (!before || !after) return '';
  const said = changedSeats(before.seats, after.seats).map((seat) => {
    const [was, is] = [before.seats[seat] ?? null, after.seats[seat] ?? null];
    const who = is === null ? 'nobody' : peer(is);
    return `${who}${was === null ? '' : ` instead of ${peer(was)}`}, ${seatWords(seat)}`;
  });
  return said.length > 0 ? `: ${said.join('; ')}` : '';
}
