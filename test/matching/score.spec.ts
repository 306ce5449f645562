import { answerTeams } from '../../src/matching/files/teams-answer.js';
import {
  PROGRAMME_FORMAT,
  type Challenge,
  type Council,
  type Peer,
  type Policy,
  type Programme,
} from '../../src/matching/problem/programme.js';
import { USUAL_POLICY } from '../../src/matching/problem/usual-policy.js';
import { planScore } from '../../src/matching/files/plan-score.js';
import { PLAIN_PEER } from './small-cases.js';

/** Weights that are easy to tell apart. */
const LIKENESS = {
  sameType: 10,
  populationWithin1_5: 6,
  populationWithin2_5: 3,
  ruralMax: 4,
  kmPerPoint: 25,
  sameRegion: 0,
};

const HOST: Council = {
  id: 'host',
  type: 'district',
  region: 'North',
  lat: 54,
  lon: -2,
  population: 100_000,
  rural: 2,
  leading: null,
  neighbours: [],
};
/** Like the host in nothing: another type, far larger, far away, rural enough to bring no point. */
const FAR: Council = {
  ...HOST,
  id: 'far',
  type: 'county',
  region: 'South',
  lat: 50,
  population: 900_000,
  rural: 5,
};
const PEER: Peer = { ...PLAIN_PEER, council: 'far' };
const SEAT = { id: 's', positions: ['head'], party: 'any' as const, skills: {} };
const CHALLENGE: Challenge = {
  id: 'c',
  council: 'host',
  kind: 'any',
  seats: [SEAT],
  coverage: [],
  windows: [{ id: 'w', start: '2026-09-08', days: 2, penalty: 0 }],
};

interface Given {
  home?: Partial<Council>;
  peer?: Partial<Peer>;
  others?: Peer[];
  challenge?: Partial<Challenge>;
  policy?: Partial<Policy>;
}

function programmeOf({ home, peer, others, challenge, policy }: Given): Programme {
  return {
    format: PROGRAMME_FORMAT,
    calendar: { from: '2026-04-01', to: '2027-03-31' },
    policy: { ...USUAL_POLICY, ...LIKENESS, experiencedWanted: 0, ...policy },
    councils: [HOST, { ...FAR, ...home }, { ...FAR, id: 'third', region: 'West' }],
    peers: [{ ...PEER, ...peer }, ...(others ?? [])],
    challenges: [{ ...CHALLENGE, ...challenge }],
    commitments: [],
  };
}

/** The points of one term in the best team. */
function points(term: string, given: Given): number {
  const [team] = answerTeams(programmeOf(given), undefined, 1).teams;
  return team?.terms.filter((one) => one.term === term).reduce((sum, one) => sum + one.points, 0) ?? NaN;
}

const two = { seats: [SEAT, { ...SEAT, id: 't' }] };
const second: Peer = { ...PEER, id: 'q', council: 'third' };

describe('each term of the score', () => {
  it.each<[term: string, points: number, given: Given]>([
    ['base', 40, {}],
    ['sameType', 10, { home: { type: 'district' } }],
    ['sameType', 0, {}],
    ['populationWithin1_5', 6, { home: { population: 150_000 } }],
    ['populationWithin2_5', 3, { home: { population: 150_001 } }],
    ['populationWithin2_5', 3, { home: { population: 40_000 } }],
    ['populationWithin2_5', 0, { home: { population: 250_001 } }],
    ['ruralMax', 4, { home: { rural: 2 } }],
    ['ruralMax', 1, {}],
    [
      'depthMax',
      5,
      { peer: { skills: { finance: 4 } }, challenge: { seats: [{ ...SEAT, skills: { finance: 3 } }] } },
    ],
    [
      'depthMax',
      8,
      {
        peer: { skills: { finance: 4 } },
        challenge: { coverage: [{ skill: 'finance', level: 1, peers: 1 }] },
      },
    ],
    [
      'depthMax',
      18,
      { peer: { skills: { finance: 5 } }, challenge: { seats: [{ ...SEAT, skills: { finance: 1 } }] } },
    ],
    ['rating', 7, { peer: { rating: 7 } }],
    ['distanceMax', -16, {}],
    ['distanceMax', -4, { home: { lat: 53.01 } }], // 110.1 km
    ['recent', -8, { peer: { recent: 2 } }],
    ['recent', 0, { peer: { recent: 2 }, challenge: { waived: [{ peer: 'p', term: 'recent' }] } }],
    ['sameRegion', -9, { home: { region: 'North' }, policy: { sameRegion: 9 } }],
    ['unfilled', -200, { peer: { positions: ['other'] } }],
    ['unfilled', 0, { peer: { positions: ['other'] }, challenge: { seats: [{ ...SEAT, shadow: true }] } }],
    ['extraRegion', 3, { others: [second], challenge: two }],
    ['extraRegion', 0, {}],
    ['extraNovice', -10, { peer: { reviews: 0 }, others: [{ ...second, reviews: 0 }], challenge: two }],
    ['extraNovice', 0, { peer: { reviews: 0 } }],
    ['missingExperienced', -12, { policy: { experiencedWanted: 2 } }],
    ['missingExperienced', -24, { peer: { reviews: 2 }, policy: { experiencedWanted: 2 } }],
    [
      'uncovered',
      -120,
      {
        challenge: { coverage: [{ skill: 'finance', level: 3, peers: 1 }] },
        peer: { skills: { finance: 2 } },
      },
    ],
    ['penalty', -6, { challenge: { windows: [{ id: 'w', start: '2026-09-08', days: 2, penalty: 6 }] } }],
    ['repeat', -7, { policy: { repeat: [7] } }],
  ])('%s is %d here', (term, expected, given) => {
    expect(points(term, given)).toBe(expected);
  });

  it('counts repeated service over the whole plan, the last price going on', () => {
    const challenges = ['a', 'b', 'c'].map((id, i) => ({
      ...CHALLENGE,
      id,
      windows: [{ id: 'w', start: `2026-09-${String(7 + 7 * i).padStart(2, '0')}`, days: 2, penalty: 0 }],
    }));
    const programme = { ...programmeOf({ policy: { repeat: [0, 5] } }), challenges };
    const plan = challenges.map(({ id }) => ({ challenge: id, window: 'w', seats: { s: 'p' } }));
    const free = planScore({ ...programme, policy: { ...programme.policy, repeat: [] } }, plan);
    expect(free - planScore(programme, plan)).toBe(10);
  });
});
