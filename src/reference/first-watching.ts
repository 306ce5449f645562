import type { ReferenceData } from './content.js';

/** What a new service starts with for watching over the programme: rules of reports, and the lists that people choose from. */
export const FIRST_WATCHING: Pick<
  ReferenceData,
  'reporting' | 'signals' | 'supports' | 'priorities' | 'frameworks' | 'criteria'
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
  criteria: named({
    experience: 'Holds, or lately held, the position',
    skills: 'Has the skills, with evidence',
    references: 'Two references support it',
    conduct: 'Keeps the code of conduct for peers',
    released: 'The employer or group agrees to the days',
  }),
  frameworks: [
    { id: 'childrens-services', name: 'Children’s services (ILACS)', planMonths: 4, reviewMonths: 36 },
    { id: 'send-area', name: 'SEND, area', planMonths: 2, reviewMonths: 36 },
    { id: 'adult-care', name: 'Adult social care assurance', planMonths: null, reviewMonths: 24 },
    { id: 'fire', name: 'Fire and rescue', planMonths: 2, reviewMonths: 24 },
    { id: 'best-value', name: 'Best value', planMonths: 6, reviewMonths: 12 },
    { id: 'social-housing', name: 'Social housing regulation', planMonths: 3, reviewMonths: 48 },
  ],
};

export function named(names: Record<string, string>): { id: string; name: string }[] {
  return Object.entries(names).map(([id, name]) => ({ id, name }));
}
