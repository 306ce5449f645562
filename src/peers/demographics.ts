/**
 * What peers may say of themselves, for totals only. The categories follow the harmonised ones of official statistics, joined where groups would be
 * too small to show.
 */
export const DEMOGRAPHICS = {
  gender: { label: 'Gender', options: { woman: 'Woman', man: 'Man', other: 'Another way' } },
  ageBand: {
    label: 'Age',
    options: { under35: 'Under 35', from35: '35 to 49', from50: '50 to 64', from65: '65 or over' },
  },
  ethnicity: {
    label: 'Ethnic group',
    options: {
      asian: 'Asian or Asian British',
      black: 'Black, Black British, Caribbean or African',
      mixed: 'Mixed or multiple',
      white: 'White',
      other: 'Another group',
    },
  },
  disability: { label: 'Disability or long-term condition', options: { yes: 'Yes', no: 'No' } },
} as const;

export type Demographic = keyof typeof DEMOGRAPHICS;
export const DEMOGRAPHIC_IDS = Object.keys(DEMOGRAPHICS) as Demographic[];
