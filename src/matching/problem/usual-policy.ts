import type { Policy } from './programme.js';

/**
 * The weights a new programme starts with; docs/matching.md says what teams they make beside published ones, which often come from afar and
 * from other types of council, and rarely from the same region.
 */
export const USUAL_POLICY: Policy = {
  base: 40,
  sameType: 3,
  populationWithin1_5: 5,
  populationWithin2_5: 4,
  ruralMax: 1,
  depthPerLevel: 5,
  depthPerNeed: 2,
  depthMax: 18,
  kmPerPoint: 80,
  distanceMax: 16,
  recent: 4,
  sameRegion: 2,
  unfilled: 200,
  uncovered: 120,
  extraRegion: 3,
  extraNovice: 10,
  missingExperienced: 12,
  experiencedFrom: 3,
  experiencedWanted: 2,
  repeat: [0, 5, 12],
  disruption: 60,
};
