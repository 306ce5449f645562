import type { Seat } from '../matching/problem/programme.js';
import type { Clock, Kind, Purpose } from './kind.js';

/** Kinds of challenge that a new service starts with; programme managers change them from there. */
// Published teams hold each seat with people of several posts: the titles differ from one council to the next.
const TOP_MEMBERS = ['leader', 'mayor', 'former-leader'];
const CABINET = ['leader', 'mayor', 'deputy-leader', 'cabinet', 'former-leader'];
const MEMBERS = [...CABINET, 'group-leader', 'opposition-leader', 'scrutiny-chair', 'councillor'];
const TOP_OFFICERS = ['chief-executive', 'managing-director', 'town-clerk', 'former-chief-executive'];
const DEPUTIES = ['deputy-chief-executive', 'assistant-chief-executive'];
const DIRECTORS = ['director', ...DEPUTIES, 'assistant-director', 'programme-director'];
const ADULTS_DIRECTORS = ['dass', 'dass-dcs'];
const CHILDRENS_DIRECTORS = ['dcs', 'dass-dcs'];
const SENIOR_OFFICERS = [...TOP_OFFICERS, ...DIRECTORS];
const SERVICE_LEADS = ['head', 'assistant-director'];
const HEALTH = ['health', 'director-public-health', 'social-care'];
const OTHERS = [
  'health',
  'police',
  'business',
  'voluntary',
  'government',
  'education',
  'independent-chair',
  'wider-sector',
];

const CORPORATE_CLOCK: Clock = {
  scopeMonthsBefore: 4,
  papersDaysBefore: 21,
  teamCallDaysBefore: 14,
  draftReportDays: 21,
  accuracyDays: 14,
  reportMonths: 3,
  actionPlanMonths: 5,
  checkInMonths: null,
  impactMonths: 5,
  progressReviewMonths: 10,
  reviewReportMonths: 12,
  nextWithinMonths: 60,
};
const USUAL_CLOCK: Clock = { ...CORPORATE_CLOCK, nextWithinMonths: null };
/** Small challenges are followed up by a talk, not by a visit. */
const SHORT_CLOCK: Clock = {
  ...USUAL_CLOCK,
  checkInMonths: 6,
  progressReviewMonths: null,
  reviewReportMonths: null,
};
/** What follows a challenge has the clock of its first one; its own report comes soon. */
const FOLLOW_UP_CLOCK: Clock = {
  ...SHORT_CLOCK,
  scopeMonthsBefore: null,
  draftReportDays: null,
  accuracyDays: null,
  reportMonths: 2,
  actionPlanMonths: null,
  checkInMonths: null,
  impactMonths: null,
};

export const FIRST_KINDS: Record<string, Kind> = {
  corporate: kind('Corporate peer challenge', [4, 3, 5], {
    clock: CORPORATE_CLOCK,
    measures: ['challenges', 'corporate', 'councils'],
    preElectionRefuses: true,
    coreQuestions: [
      'Local priorities and outcomes',
      'Leadership',
      'Governance and culture',
      'Financial planning and resilience',
      'Capacity for improvement',
    ],
    seats: [
      seat('lead-member', TOP_MEMBERS, 'leading'),
      seat('second-member', MEMBERS, 'other'),
      seat('lead-officer', [...TOP_OFFICERS, 'deputy-chief-executive']),
      seat('finance-officer', ['s151'], 'any', { finance: 4 }),
      seat('specialist', [...DIRECTORS, ...ADULTS_DIRECTORS, 'dcs', 'head'], 'any', { transformation: 3 }),
      seat('other-sector', OTHERS),
    ],
    coverage: [
      { skill: 'governance', level: 3, peers: 2 },
      { skill: 'finance', level: 3, peers: 2 },
      { skill: 'leadership', level: 3, peers: 1 },
    ],
  }),
  finance: kind('Finance peer review', [3, 3, 3], {
    seats: [
      seat('lead-member', CABINET, 'leading', { finance: 3 }),
      seat('finance-officer', ['s151'], 'any', { finance: 4 }),
      seat('second-finance-officer', ['s151', 'director', ...SERVICE_LEADS], 'any', { finance: 3 }),
      seat('senior-officer', SENIOR_OFFICERS),
    ],
    coverage: [{ skill: 'governance', level: 3, peers: 1 }],
  }),
  governance: kind('Governance review', [3, 3, 3], {
    seats: [
      seat('member', CABINET, 'leading', { governance: 3 }),
      seat('monitoring-officer', ['monitoring-officer'], 'any', { governance: 4 }),
      seat('senior-officer', SENIOR_OFFICERS),
      seat('scrutiny-member', ['scrutiny-chair', 'opposition-leader', 'group-leader', 'councillor'], 'other'),
    ],
  }),
  adults: kind('Adult social care peer challenge', [4, 3, 5], {
    seats: [
      seat('lead-member', CABINET, 'leading', { adults: 2 }),
      seat('second-member', MEMBERS, 'other'),
      seat('director', ADULTS_DIRECTORS, 'any', { adults: 4 }),
      seat('practice-lead', [...SERVICE_LEADS, 'practitioner'], 'any', { adults: 3 }),
      seat('lived-experience-or-health', ['lived-experience', ...HEALTH]),
    ],
    coverage: [{ skill: 'safeguarding', level: 3, peers: 2 }],
  }),
  children: childrens('Children’s services peer challenge'),
  safeguarding: childrens('Safeguarding peer review'),
  'care-practice': childrens('Care practice diagnostic'),
  send: kind('SEND peer challenge', [4, 2, 4], {
    seats: [
      seat('director', [...CHILDRENS_DIRECTORS, 'director'], 'any', { send: 3 }),
      seat('senior-officer', SERVICE_LEADS, 'any', { send: 3 }),
      seat('second-senior-officer', [...SERVICE_LEADS, 'practitioner', 'education'], 'any', { send: 2 }),
      seat('member', CABINET, 'any', { children: 2 }),
      seat('parent-carer', ['parent-carer', 'lived-experience']),
    ],
  }),
  planning: kind('Planning peer challenge', [3, 3, 3], {
    seats: [
      seat('lead-member', CABINET, 'leading', { planning: 2 }),
      seat('second-member', MEMBERS, 'other', { planning: 2 }),
      seat('chief-planner', ['chief-planner', ...SERVICE_LEADS], 'any', { planning: 4 }),
      seat('place-director', DIRECTORS),
    ],
  }),
  housing: kind('Housing peer challenge', [4, 3, 4], {
    seats: [
      seat('lead-member', CABINET, 'leading', { housing: 2 }),
      seat('director', DIRECTORS, 'any', { housing: 3 }),
      seat('practice-lead', SERVICE_LEADS, 'any', { housing: 3 }),
      seat('other-sector', OTHERS),
    ],
  }),
  fire: kind('Fire peer challenge', [4, 4, 4], {
    seats: [
      seat('chief-officer', ['chief-fire-officer', 'former-chief-fire-officer'], 'any', { fire: 4 }),
      seat('senior-fire-officer', ['fire-officer'], 'any', { fire: 3 }),
      seat('second-senior-fire-officer', ['fire-officer'], 'any', { fire: 3 }),
      seat('member', MEMBERS, 'any', { fire: 2 }),
    ],
  }),
  communications: byScope('Communications review', 'communications'),
  equality: byScope('Equality peer challenge', 'equality'),
  culture: byScope('Libraries and culture peer challenge', 'culture'),
  digital: byScope('Digital peer challenge', 'digital'),
  highways: byScope('Highways peer challenge', 'highways'),
  'place-based': byScope('Place-based peer challenge', 'regeneration'),
  'health-in-all-policies': byScope('Health in all policies', 'health'),
  'care-and-health-system': byScope('Care and health system peer challenge', 'health'),
  'financial-health-check': byScope('Financial health check', 'finance'),
  'progress-review': followUp('Progress review', 'progress_review'),
  'follow-up': followUp('Follow-up visit', 'follow_up'),
  'check-in': followUp('Check-in', 'check_in'),
  'further-stay': {
    ...followUp('Further stay', 'stay'),
    days: 2,
    daysMax: 5,
    measures: [],
  },
  mentoring: mentoring('Mentoring'),
  'change-of-control': mentoring('Change-of-control support'),
};

type Days = [usual: number, least: number, most: number];

function kind(name: string, [days, daysMin, daysMax]: Days, more: Partial<Kind>): Kind {
  return {
    name,
    purpose: 'challenge',
    days,
    daysMin,
    daysMax,
    secondApproval: false,
    preElectionRefuses: false,
    accreditation: true,
    coreQuestions: [],
    seats: [],
    coverage: [],
    clock: USUAL_CLOCK,
    weights: {},
    measures: ['challenges', 'councils'],
    objectionWorkingDays: 5,
    invitationDays: 10,
    ...more,
  };
}

function childrens(name: string): Kind {
  return kind(name, [4, 3, 5], {
    seats: [
      seat('lead-member', CABINET, 'leading', { children: 2 }),
      seat('director', CHILDRENS_DIRECTORS, 'any', { children: 4 }),
      seat('practice-lead', [...SERVICE_LEADS, 'practitioner'], 'any', { children: 3 }),
      seat('second-practice-lead', [...SERVICE_LEADS, 'practitioner'], 'any', { children: 3 }),
      seat('health', HEALTH),
    ],
    coverage: [{ skill: 'safeguarding', level: 3, peers: 2 }],
  });
}

function byScope(name: string, skill: string): Kind {
  return kind(name, [2, 1, 5], {
    clock: SHORT_CLOCK,
    seats: [
      seat('member', CABINET, 'leading'),
      seat('lead-officer', SENIOR_OFFICERS, 'any', { [skill]: 3 }),
      seat('specialist', ['director', 'programme-director', ...SERVICE_LEADS], 'any', { [skill]: 3 }),
    ],
  });
}

function followUp(name: string, purpose: Purpose): Kind {
  return kind(name, [1, 1, 2], {
    purpose,
    clock: FOLLOW_UP_CLOCK,
    accreditation: false,
    seats: [seat('member', MEMBERS), seat('officer', [...SENIOR_OFFICERS, 's151'])],
  });
}

function mentoring(name: string): Kind {
  return kind(name, [1, 1, 5], {
    purpose: 'support',
    measures: ['councils'],
    clock: FOLLOW_UP_CLOCK,
    accreditation: false,
    seats: [seat('member', MEMBERS, 'leading')],
  });
}

function seat(
  id: string,
  positions: string[],
  party: Seat['party'] = 'any',
  skills: Seat['skills'] = {},
): Seat {
  return { id, positions, party, skills };
}
