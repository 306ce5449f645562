import { FIRST_GROUPS } from './first-groups.js';
import { GENERAL_ELECTIONS } from '../calendar/elections.js';
import { USUAL_LETTER } from '../messages/letter.js';
import { USUAL_POLICY } from '../matching/problem/usual-policy.js';
import type { ReferenceData } from './content.js';
import { FIRST_WATCHING, named } from './first-watching.js';

/** The catalogue that a new service starts with; programme managers change it from there. */
export const FIRST_REFERENCE: ReferenceData = {
  groups: FIRST_GROUPS,
  groupings: named({
    'core-cities': 'Core cities',
    'key-cities': 'Key cities',
    'county-councils': 'County councils’ network',
    'district-councils': 'District councils’ network',
    'rural-services': 'Rural services network',
  }),
  weights: USUAL_POLICY,
  // Long enough to answer a question about it; nothing here is a record that anybody has a duty to keep.
  retention: {
    codes: 1,
    answers: 7,
    links: 30,
    messages: 365,
    soundings: 180,
    applications: 365,
    tokens: 365,
  },
  letter: USUAL_LETTER,
  calendar: {
    never: [{ name: 'Christmas and New Year', from: '12-20', to: '01-03' }],
    avoid: [
      { name: 'August', from: '08-01', to: '08-31' },
      { name: 'budget weeks', from: '02-15', to: '03-10' },
    ],
    addedBankHolidays: [],
    generalElections: [...GENERAL_ELECTIONS],
  },
  skills: named({
    finance: 'Finance',
    governance: 'Governance',
    leadership: 'Leadership',
    transformation: 'Transformation',
    communities: 'Communities',
    regeneration: 'Regeneration and growth',
    adults: 'Adult social care',
    children: 'Children’s services',
    safeguarding: 'Safeguarding',
    send: 'Special educational needs and disabilities',
    health: 'Health and care',
    housing: 'Housing',
    planning: 'Planning',
    environment: 'Environment and climate',
    highways: 'Highways and transport',
    fire: 'Fire and rescue',
    communications: 'Communications',
    equality: 'Equality',
    culture: 'Libraries and culture',
    digital: 'Digital',
  }),
  positions: [
    ...ofClass('member', {
      leader: 'Leader',
      mayor: 'Elected mayor',
      'deputy-leader': 'Deputy leader',
      'group-leader': 'Group leader',
      'former-leader': 'Former leader',
      cabinet: 'Cabinet member',
      'opposition-leader': 'Opposition leader',
      'scrutiny-chair': 'Scrutiny chair',
      councillor: 'Councillor',
    }),
    ...ofClass('officer', {
      'chief-executive': 'Chief executive',
      'managing-director': 'Managing director',
      'town-clerk': 'Town clerk',
      'deputy-chief-executive': 'Deputy chief executive',
      'assistant-chief-executive': 'Assistant chief executive',
      s151: 'Section 151 officer',
      'monitoring-officer': 'Monitoring officer',
      dass: 'Director of adult social services',
      dcs: 'Director of children’s services',
      'dass-dcs': 'Director of adults’ and children’s services',
      'director-public-health': 'Director of public health',
      director: 'Director',
      'assistant-director': 'Assistant director',
      'programme-director': 'Programme director',
      'chief-planner': 'Chief planner',
      head: 'Head of service',
      practitioner: 'Practitioner',
      analyst: 'Analyst',
      'chief-fire-officer': 'Chief fire officer',
      'fire-officer': 'Senior fire officer',
    }),
    ...ofClass('other', {
      'former-chief-executive': 'Former chief executive',
      'former-chief-fire-officer': 'Former chief fire officer',
      'independent-chair': 'Independent chair',
      health: 'Health',
      'social-care': 'Social care',
      education: 'Education',
      police: 'Police',
      business: 'Business',
      voluntary: 'Voluntary sector',
      government: 'Government department',
      'lived-experience': 'Lived experience',
      'parent-carer': 'Parent or carer',
      'wider-sector': 'Wider sector',
    }),
  ],
  ...FIRST_WATCHING,
};

function ofClass<Class extends 'member' | 'officer' | 'other'>(
  of: Class,
  names: Record<string, string>,
): { id: string; name: string; class: Class }[] {
  return named(names).map((position) => ({ ...position, class: of }));
}
