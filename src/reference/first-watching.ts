import type { CouncilType } from '../matching/problem/programme.js';
import type { Framework, Inspected, ReferenceData } from './content.js';

/** Judgements as the inspectorates publish them, from the best down. */
const FOUR = ['Outstanding', 'Good', 'Requires improvement', 'Inadequate'];
const ILACS = ['Outstanding', 'Good', 'Requires improvement to be good', 'Inadequate'];
const FIRE = ['Outstanding', 'Good', 'Adequate', 'Requires improvement', 'Inadequate'];
const SEND = ['Typically positive', 'Inconsistent', 'Widespread or systemic failings'];
const SOCIAL_CARE: CouncilType[] = ['county', 'unitary', 'metropolitan', 'london_borough'];
const HOUSING: CouncilType[] = ['district', 'unitary', 'metropolitan', 'london_borough'];

/** What a new service starts with for watching over the programme: rules of reports, and the lists that people choose from. */
export const FIRST_WATCHING: Pick<
  ReferenceData,
  'reporting' | 'signals' | 'supports' | 'priorities' | 'frameworks' | 'findings' | 'themes' | 'criteria'
> = {
  reporting: {
    amberFromPercent: 90,
    lineAmberPercent: 60,
    budgetGreenPercent: 5,
    budgetAmberPercent: 10,
    seasonalProfile: [8, 17, 24, 25],
    confirmedPercent: 95,
    discussionPercent: 60,
  },
  signals: named({
    'change-of-control': 'Change of control',
    'senior-managers': 'Change of senior managers',
    'member-officer-relations': 'Member and officer relations',
    'inward-looking': 'Inward-looking',
    'financial-difficulty': 'Financial difficulty',
    inspection: 'Inspection result, or one expected',
    'adult-services': 'Adult social care',
    'childrens-services': 'Children’s services',
    'other-service': 'Another service',
  }),
  supports: named({
    mentoring: 'Mentoring',
    'change-of-control': 'Change-of-control support',
    'top-team': 'Top team development',
    direct: 'Direct support',
  }),
  priorities: named({
    inspection: 'An inspection is expected or has found faults',
    'change-of-control': 'Change of control',
    financial: 'Financial difficulty',
    asked: 'The council asks for one',
    'long-since': 'Long since the last',
  }),
  themes: named({
    leadership: 'Leadership and governance',
    finance: 'Finance and productivity',
    people: 'People and workforce',
    place: 'Place, housing and growth',
    care: 'Adult social care and health',
    children: 'Children and young people',
    communities: 'Communities and partners',
    digital: 'Digital and data',
    climate: 'Climate and environment',
  }),
  criteria: named({
    experience: 'Holds, or lately held, the position',
    skills: 'Has the skills, with evidence',
    references: 'Two references support it',
    conduct: 'Keeps the code of conduct for peers',
    released: 'The employer or group agrees to the days',
  }),
  frameworks: [
    framework('childrens-services', 'Children’s services (ILACS)', [4, 36, 6], ILACS, SOCIAL_CARE),
    framework('send-area', 'SEND, area', [2, 36, 6], SEND, SOCIAL_CARE),
    framework('adult-care', 'Adult social care assurance', [null, 24, null], FOUR, SOCIAL_CARE),
    framework('fire', 'Fire and rescue', [2, 24, 6], FIRE, [
      'county',
      'unitary',
      'fire_authority',
      'combined_authority',
    ]),
    framework('best-value', 'Best value', [6, 12, 6], [], []),
    framework('social-housing', 'Social housing regulation', [3, 48, 6], ['C1', 'C2', 'C3', 'C4'], HOUSING),
  ],
  findings: [
    { id: 'on-track', name: 'On track', support: null, ends: false },
    { id: 'slow', name: 'Slower than planned', support: 'mentoring', ends: false },
    { id: 'off-track', name: 'Not on track', support: 'direct', ends: false },
    { id: 'done', name: 'Carried out', support: null, ends: true },
  ],
};

function framework(
  id: string,
  name: string,
  [planMonths, reviewMonths, lookMonths]: [number | null, number | null, number | null],
  judgements: string[],
  of: Inspected[],
): Framework {
  return { id, name, planMonths, reviewMonths, lookMonths, judgements, of };
}

export function named(names: Record<string, string>): { id: string; name: string }[] {
  return Object.entries(names).map(([id, name]) => ({ id, name }));
}
