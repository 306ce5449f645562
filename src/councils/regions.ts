/** Regions that bodies are of: those of England, and the nations besides. */
export const REGIONS = [
  'East Midlands',
  'East of England',
  'London',
  'North East',
  'North West',
  'South East',
  'South West',
  'West Midlands',
  'Yorkshire and The Humber',
  'Wales',
  'Scotland',
  'Northern Ireland',
] as const;
