import type { Policy } from './programme.js';

/** The weights a new programme starts with; matching.md gives each its meaning. */
export const USUAL_POLICY: Policy = {
  base: 40,
  sameType: 10,
  populationWithin1_5: 6,
  populationWithin2_5: 3,
  ruralMax: 4,
  depthPerLevel: 5,
  depthPerNeed: 2,
  depthMax: 18,
  kmPerPoint: 25,
  distanceMax: 16,
  recent: 4,
  sameRegion: 0,
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
