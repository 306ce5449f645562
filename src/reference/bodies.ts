/** What hosts of challenges are. A council has a type besides. */
export const BODIES = [
  'council',
  'fire_authority',
  'combined_authority',
  'national_park',
  'partnership',
  'health',
  'police',
  'parish',
  'association',
  'university',
  'company',
  'other',
] as const;
export type Body = (typeof BODIES)[number];
