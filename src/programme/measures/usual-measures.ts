import type { Measure } from './measure.entity.js';

type Usual = Pick<Measure, 'key' | 'name' | 'source' | 'counting' | 'direction' | 'target' | 'colourRule'>;

/** What a year starts with where no year before it has measures; kinds name these keys. */
export const USUAL_MEASURES: readonly Usual[] = [
  {
    key: 'challenges',
    name: 'Peer challenges and follow-up visits delivered',
    source: 'challenges',
    counting: 'sum',
    direction: 'at_least',
    target: 100,
    colourRule: 'delivery',
  },
  {
    key: 'corporate',
    name: 'Corporate peer challenges delivered',
    source: 'challenges',
    counting: 'sum',
    direction: 'at_least',
    target: 40,
    colourRule: 'delivery',
  },
  {
    key: 'councils',
    name: 'Different councils visited',
    source: 'challenges',
    counting: 'distinct',
    direction: 'at_least',
    target: 90,
    colourRule: 'delivery',
  },
  {
    key: 'peer-days',
    name: 'Days given by peers',
    source: 'days',
    counting: 'sum',
    direction: 'at_least',
    target: 1600,
    colourRule: 'delivery',
  },
  {
    key: 'training',
    name: 'Briefings and trainings of peers held',
    source: 'events',
    counting: 'sum',
    direction: 'at_least',
    target: 8,
    colourRule: 'delivery',
  },
];
