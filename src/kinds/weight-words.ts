import { changedOnly, type ChangeLine } from '../reference/change-lines.js';
import type { Policy } from '../matching/problem/programme.js';

/** What each weight is, in words: its label, and in points or another unit what it does. */
export const WEIGHT_WORDS: Record<keyof Policy, { label: string; hint: string }> = {
  base: { label: 'A filled seat', hint: 'Points for it' },
  sameType: { label: 'Same type of council', hint: 'Points for a peer from the same type as the host' },
  populationWithin1_5: {
    label: 'Population within 1.5 times',
    hint: 'Points where the larger is at most so much',
  },
  populationWithin2_5: { label: 'Population within 2.5 times', hint: 'Points where it is not within 1.5' },
  ruralMax: {
    label: 'Alike in how rural they are',
    hint: 'Points where both are as rural, one less for each step between them',
  },
  depthPerLevel: { label: 'Depth of skill', hint: 'Points for each level beyond what the seat asks' },
  depthPerNeed: {
    label: 'Breadth of skill',
    hint: 'Points for each level in a skill that the team is to cover',
  },
  depthMax: { label: 'Skill at most', hint: 'Points for depth and breadth together, at most' },
  kmPerPoint: {
    label: 'Kilometres for a point of distance',
    hint: 'A cost: fewer kilometres make distance dearer',
  },
  distanceMax: { label: 'Distance at most', hint: 'A cost: points for the farthest, at most' },
  recent: { label: 'Used recently', hint: 'A cost: points for each challenge in the twelve months before' },
  sameRegion: { label: 'Same region', hint: 'A cost: points for a peer from the region of the host' },
  unfilled: { label: 'An empty seat', hint: 'A cost' },
  uncovered: { label: 'A skill not covered', hint: 'A cost: points for each peer short' },
  extraRegion: { label: 'Another region', hint: 'Points for each region in the team after the first' },
  extraNovice: { label: 'Another first-timer', hint: 'A cost: points for each after the first' },
  missingExperienced: {
    label: 'An experienced peer short',
    hint: 'A cost: points for each that the team lacks',
  },
  experiencedFrom: { label: 'Experienced from', hint: 'Challenges served' },
  experiencedWanted: { label: 'Experienced peers wanted', hint: 'In each team' },
  repeat: {
    label: 'First, second, third challenge of a year',
    hint: 'A cost in a plan of the year: points for each of a peer’s challenges, the last one for all after it',
  },
  disruption: {
    label: 'Somebody replaced',
    hint: 'A cost in plans and repairs: points for each person who changes',
  },
};

/** What differs between two sets of weights, by the names that the page has for them. */
export const weightChanges = (now: Policy, then: Policy): ChangeLine[] =>
  changedOnly(
    (Object.keys(WEIGHT_WORDS) as (keyof Policy)[]).map((name) => ({
      label: WEIGHT_WORDS[name].label,
      from: String(now[name]),
      to: String(then[name]),
    })),
  );
