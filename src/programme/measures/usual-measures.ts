import type { Measure } from './measure.entity.js';

type Usual = Pick<
  Measure,
  'key' | 'theme' | 'name' | 'source' | 'counting' | 'direction' | 'target' | 'colourRule'
> &
  Partial<Pick<Measure, 'which' | 'decimals'>>;

const CHALLENGES = 'Peer challenges';
const PEERS = 'Peers';
const COUNCILS = 'Councils';

/** What a year starts with where no year before it has measures; kinds name these keys. */
export const USUAL_MEASURES: readonly Usual[] = [
  {
    key: 'challenges',
    theme: CHALLENGES,
    name: 'Peer challenges and follow-up visits delivered',
    source: 'challenges',
    counting: 'sum',
    direction: 'at_least',
    target: 100,
    colourRule: 'delivery',
  },
  {
    key: 'corporate',
    theme: CHALLENGES,
    name: 'Corporate peer challenges delivered',
    source: 'challenges',
    counting: 'sum',
    direction: 'at_least',
    target: 40,
    colourRule: 'delivery',
  },
  {
    key: 'councils',
    theme: CHALLENGES,
    name: 'Different councils visited',
    source: 'challenges',
    counting: 'distinct',
    direction: 'at_least',
    target: 90,
    colourRule: 'delivery',
  },
  {
    key: 'peer-days',
    theme: PEERS,
    name: 'Days given by peers',
    source: 'days',
    counting: 'sum',
    direction: 'at_least',
    target: 1600,
    colourRule: 'delivery',
  },
  {
    key: 'training',
    theme: PEERS,
    name: 'Briefings and trainings of peers held',
    source: 'events',
    counting: 'sum',
    direction: 'at_least',
    target: 8,
    colourRule: 'delivery',
  },
  {
    key: 'supported',
    theme: COUNCILS,
    name: 'Councils given other support',
    source: 'support',
    counting: 'distinct',
    direction: 'at_least',
    target: 60,
    colourRule: 'line',
  },
  {
    key: 'satisfied',
    theme: COUNCILS,
    name: 'What councils think of their challenge, from 1 to 4',
    source: 'feedback',
    which: 'council',
    counting: 'average',
    direction: 'at_least',
    decimals: 1,
    target: 3.3,
    colourRule: 'delivery',
  },
];
