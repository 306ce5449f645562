import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { LINK_PLACE, say, type TemplateName, type Templates } from '../../src/messages/templates.js';

const ABOUT = {
  council: 'Example Borough Council',
  kind: 'Finance peer review',
  page: 'https://cf.example/challenges/1',
};
const DATES = { firstDay: '2026-09-08', lastDay: '2026-09-11' };
const ASKED = { ...DATES, part: 'You come at midday on the first.', offSite: false };

const DATA: Templates = {
  'audit-broken': { fault: 'entry 3 was changed, or one before it is missing.' },
  'reset-asked': { by: 'Ada Admin, an administrator,', whose: 'Usha Patel', page: ABOUT.page },
  'token-made': { name: 'for the website', role: 'board', until: '2027-03-02' },
  'sign-in-code': { code: '012345', minutes: 10 },
  'challenge-booked': { ...ABOUT, windows: [DATES], unconfirmed: 2 },
  'new-sign-in': { browser: 'Firefox 140 on Windows', at: 'Tuesday 2 March 2027 at 14:05', page: ABOUT.page },
  'account-changed': { what: 'Your role is now board.', page: ABOUT.page },
  'partner-joined': { ...ABOUT, windows: [DATES] },
  'challenge-scoped': { ...ABOUT, windows: [DATES] },
  'team-set-aside': ABOUT,
  'chain-found': { ...ABOUT, others: 1 },
  'chain-asked': { ...ABOUT, ...DATES, changed: 'chief executive', until: '2026-06-05' },
  'chain-ended': { ...ABOUT, end: 'done', changed: 'chief executive' },
  'contact-welcome': { ...ABOUT, isApprover: false },
  'teams-ready': { ...ABOUT, teams: 3, repair: false },
  'team-for-approval': { ...ABOUT, ...DATES, until: '2026-06-05', again: false, changed: [], moved: false },
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
    isStay: true,
    seat: 'second member',
    until: '2026-06-05',
    ...ASKED,
  },
  'invitation-reminder': { council: ABOUT.council, until: '2026-06-05', ...ASKED },
  'answer-received': { council: ABOUT.council, yes: true, linkTold: true, until: '2026-06-05', ...ASKED },
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
  },
  evening: { council: ABOUT.council, kind: ABOUT.kind, evening: '2026-09-07', cancelled: false },
  'confirmed-peer': { ...ABOUT, ...ASKED, how: null, meets: true, review: 'July 2027' },
  confirmed: { ...ABOUT, ...DATES },
  'challenge-left': {
    ...ABOUT,
    state: 'postponed',
    reason: 'a by-election was called',
    windows: [DATES],
    freed: 3,
  },
  'erasure-asked': { page: ABOUT.page, until: '2027-01-05' },
  'step-reminder': { ...ABOUT, step: 'Action plan published', due: '2026-09-08', late: false },
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
const NAMES = Object.keys(DATA) as TemplateName[];

describe('messages', () => {
  it('have one template each, and no template is left over', () => {
    const files = readdirSync(new URL('../../../src/messages/templates', import.meta.url)).map((name) =>
      name.replace('.txt.njk', ''),
    );
    expect(files.sort()).toEqual([...NAMES].sort());
  });

  it.each(NAMES)(
    '%s: says in one line what it is about, after the council of which it is, where it is of one',
    (name) => {
      const { subject, body } = say(name, DATA[name]);
      const before = 'council' in DATA[name] ? `${ABOUT.council} – ` : '';
      expect(subject.startsWith(before)).toBe(true);
      expect(subject.slice(before.length)).toMatch(/^[A-Z].{10,90}$/);
      expect(subject.slice(before.length)).not.toContain(ABOUT.council);
      expect(body).not.toMatch(/\{\{|\}\}|\{%|undefined|null|<|&amp;|\n{3}/);
    },
  );

  it('give dates in words', () => {
    expect(say('invitation', DATA.invitation).body).toContain('Tuesday 8 to Friday 11 September 2026');
    expect(say('invitation', DATA.invitation).subject).toBe(
      'Example Borough Council – You are asked to join a peer team: please answer by Friday 5 June 2026',
    );
  });

  it('hold the place of a link only where a link belongs, whatever people typed', () => {
    const typed = { ...DATA['objection-answered'], answer: `look at ${LINK_PLACE}` };
    expect(say('objection-answered', typed).body).not.toContain(LINK_PLACE);
    expect(NAMES.filter((name) => say(name, DATA[name]).body.includes(LINK_PLACE)).sort()).toEqual([
      'feedback',
      'invitation',
      'invitation-reminder',
      'sounding',
    ]);
  });

  it('keep the subject to one line, whatever a name holds', () => {
    fc.assert(
      fc.property(fc.string(), (council) => {
        const { subject } = say('invitation', {
          ...DATA.invitation,
          council: `${council}\r\nBcc: all@example.com`,
        });
        expect(subject).not.toMatch(/[\r\n]/);
      }),
    );
  });
});
