import { isBare, letter, withAdded, type LetterWords } from './letter.js';
import { LINK_PLACE, say, type TemplateName, type Templates } from './templates.js';
import type { WhomToAsk } from './whom-to-ask.js';

/** An invented challenge. */
export const ABOUT = {
  council: 'Example Borough Council',
  kind: 'Finance peer review',
  page: 'https://cf.example/challenges/1',
};
const DATES = { firstDay: '2026-09-08', lastDay: '2026-09-11' };
const ASKED = { ...DATES, part: 'You come at midday on the first.', offSite: false };

/** Every message as it could be, for the office to read and for tests: about invented people and an invented council. */
export const EXAMPLES: Templates = {
  'audit-broken': { fault: 'entry 3 was changed, or one before it is missing.' },
  'reset-asked': { by: 'Ada Admin, an administrator,', whose: 'Usha Patel', page: ABOUT.page },
  'token-made': { name: 'for the website', role: 'board', until: '2027-03-02' },
  'sign-in-code': { code: '012345', minutes: 10 },
  'challenge-booked': { ...ABOUT, windows: [DATES], unconfirmed: 2 },
  'new-sign-in': { browser: 'Firefox 140 on Windows', at: 'Tuesday 2 March 2027 at 14:05', page: ABOUT.page },
  'account-changed': { what: 'Your role is now board.', page: ABOUT.page },
  'change-not-taken': {
    reason: 'as the board agreed',
    from: '2027-03-01',
    fault: 'seats[0].positions: found "head"; allowed: leader, mayor',
    page: ABOUT.page,
  },
  'account-made': { role: 'principal adviser', page: ABOUT.page },
  'deputy-named': {
    whose: 'Ruth Adeyemi',
    region: 'South West',
    from: '2027-03-01',
    to: '2027-03-12',
    page: ABOUT.page,
  },
  'partner-joined': {
    ...ABOUT,
    council: 'Example Borough Council and Example County Council',
    windows: [DATES],
  },
  'challenge-scoped': { ...ABOUT, windows: [DATES] },
  'team-set-aside': ABOUT,
  'team-incomplete': { ...ABOUT, ...DATES, seat: 'second member' },
  'team-short': { council: ABOUT.council, kind: ABOUT.kind, ...DATES, seat: 'second member', offSite: false },
  'chain-found': { ...ABOUT, others: 1 },
  'chain-asked': { ...ABOUT, ...DATES, changed: 'chief executive', until: '2026-06-05' },
  'chain-ended': { ...ABOUT, end: 'done', changed: 'chief executive' },
  'contact-welcome': { ...ABOUT, isApprover: false },
  'teams-ready': { ...ABOUT, teams: 3, repair: false },
  'team-for-approval': {
    ...ABOUT,
    ...DATES,
    until: '2026-06-05',
    again: false,
    changed: [],
    moved: false,
    daysBefore: null,
  },
  'approval-recorded': { ...ABOUT, ...DATES },
  'approval-reminder': { ...ABOUT, until: '2026-06-05' },
  'team-approved': { ...ABOUT, silence: true },
  'objection-made': { ...ABOUT, seat: 'finance officer', by: 'the council' },
  'objection-answered': { ...ABOUT, upheld: false, answer: 'they left in 2019', until: '2026-06-05' },
  sounding: {
    council: ABOUT.council,
    kind: ABOUT.kind,
    seat: 'second member',
    offSite: false,
    windows: [DATES],
    until: '2026-06-05',
  },
  'sounding-answered': { ...ABOUT, peer: 'Ann Bell', answer: 'perhaps' },
  invitation: {
    council: ABOUT.council,
    how: null,
    kind: ABOUT.kind,
    isStay: false,
    seat: 'second member',
    until: '2026-06-05',
    meets: true,
    yesBefore: { firstDay: '2026-06-09', lastDay: '2026-06-12' },
    ...ASKED,
  },
  'invitation-reminder': { council: ABOUT.council, until: '2026-06-05', ...ASKED },
  'answer-received': {
    council: ABOUT.council,
    yes: true,
    linkTold: true,
    takenOut: false,
    until: '2026-06-05',
    ...ASKED,
  },
  'link-declared': {
    ...ABOUT,
    peer: 'Ann Bell',
    seat: 'second member',
    told: 'has reviewed it before',
    words: 'in 2019',
  },
  'invitation-refused': {
    ...ABOUT,
    seat: 'second member',
    peer: 'Ann Bell',
    expired: false,
    reason: 'on leave',
    otherDates: 'in July',
  },
  'invitation-withdrawn': {
    ...ABOUT,
    ...DATES,
    offSite: false,
    saidYes: true,
    why: 'moved',
    reason: '',
    newDays: { firstDay: '2026-09-15', lastDay: '2026-09-17' },
    asked: true,
    windows: [],
    takenOut: true,
  },
  evening: { council: ABOUT.council, kind: ABOUT.kind, evening: '2026-09-07', cancelled: false },
  'confirmed-peer': { ...ABOUT, ...ASKED, how: null, meets: true, review: 'July 2027', again: false },
  confirmed: { ...ABOUT, ...DATES },
  'links-waiting': { ...ABOUT, links: 2 },
  'challenge-left': {
    ...ABOUT,
    state: 'postponed',
    reason: 'a by-election was called',
    windows: [DATES],
    freed: 3,
  },
  'erasure-asked': { page: ABOUT.page, until: '2027-01-05' },
  'step-reminder': {
    ...ABOUT,
    step: 'Action plan published',
    due: '2026-09-08',
    late: false,
    byCouncil: true,
    answered: false,
  },
  'draft-report': { ...ABOUT, address: 'https://council.example/draft', until: '2026-09-22' },
  'draft-answered': { ...ABOUT, accurate: true },
  published: {
    council: ABOUT.council,
    kind: ABOUT.kind,
    what: 'Action plan',
    address: 'https://council.example/plan',
  },
  'recommendations-sent': { ...ABOUT, count: 10 },
  timetable: { ...ABOUT, ...DATES, again: true },
  feedback: { council: ABOUT.council, kind: ABOUT.kind, impact: false, until: '2026-11-20' },
  'application-taken': { nominatedBy: 'Labour group office', page: ABOUT.page },
  'application-ended': { declined: true },
  'peer-accredited': { page: ABOUT.page },
  'calendar-unread': { times: 3, page: 'https://example.org/peers/1/availability' },
  'days-met': {
    ...ABOUT,
    firstDay: '2027-06-08',
    lastDay: '2027-06-10',
    what: 'an inspection (SEND, area) is expected by Friday 11 June 2027',
  },
  'peer-changed': { ...ABOUT, peer: 'Ann Bell', seat: 'second member', what: 'the council', serves: false },
};

/** Who reads messages of a kind. */
export const READERS = ['council', 'peer', 'staff', 'account'] as const;
export type ReaderOf = (typeof READERS)[number];

const READ_BY: Record<ReaderOf, readonly TemplateName[]> = {
  council: [
    'challenge-booked',
    'partner-joined',
    'contact-welcome',
    'challenge-scoped',
    'team-for-approval',
    'approval-recorded',
    'approval-reminder',
    'objection-answered',
    'team-set-aside',
    'team-incomplete',
    'chain-asked',
    'chain-ended',
    'confirmed',
    'challenge-left',
    'draft-report',
    'recommendations-sent',
    'step-reminder',
  ],
  peer: [
    'team-short',
    'application-taken',
    'application-ended',
    'peer-accredited',
    'sounding',
    'invitation',
    'invitation-reminder',
    'answer-received',
    'evening',
    'confirmed-peer',
    'timetable',
    'invitation-withdrawn',
    'feedback',
    'published',
    'calendar-unread',
  ],
  staff: [
    'teams-ready',
    'team-approved',
    'objection-made',
    'chain-found',
    'sounding-answered',
    'link-declared',
    'links-waiting',
    'invitation-refused',
    'peer-changed',
    'days-met',
    'draft-answered',
    'erasure-asked',
    'reset-asked',
    'audit-broken',
    'change-not-taken',
  ],
  account: ['sign-in-code', 'new-sign-in', 'account-made', 'account-changed', 'deputy-named', 'token-made'],
};

const SIGNER: WhomToAsk = {
  name: 'Olu Grant',
  role: 'Principal adviser',
  telephone: '01632 960 123',
  email: 'olu.grant@cf.example',
  standsInFor: null,
};

/** A whole message as its reader gets it. */
export interface ShownMessage {
  name: TemplateName;
  subject: string;
  text: string;
}

const NAMES: Record<ReaderOf, string> = {
  council: 'Kim Reid',
  peer: 'Ann Bell',
  staff: 'Olu Grant',
  account: 'Usha Patel',
};

/** Every kind of message to which the office may add a paragraph. */
export const ADDED_TO = (Object.keys(EXAMPLES) as TemplateName[]).filter((name) => !isBare(name));

/** Every message that some readers get, whole, with greeting and signature. */
export const shownTo = (reader: ReaderOf, words?: LetterWords): ShownMessage[] =>
  READ_BY[reader].map((name) => {
    const said = say(name, EXAMPLES[name]);
    const { subject } = said;
    const body = words ? withAdded(said.body, name, words) : said.body;
    const whom = { name: NAMES[reader], isStaff: reader === 'staff' };
    const signer = reader === 'council' || reader === 'peer' ? SIGNER : null;
    return {
      name,
      subject,
      text: isBare(name)
        ? body
        : letter(body.replaceAll(LINK_PLACE, 'https://cf.example/i/…'), whom, signer, words),
    };
  });
