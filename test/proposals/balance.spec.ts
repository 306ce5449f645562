import { Council } from '../../src/councils/council.entity.js';
import { Peer } from '../../src/peers/peer.entity.js';
import { balanceOf } from '../../src/proposals/balance.js';

const WORDS = { kind: String, position: String, skill: (id: string) => id.toUpperCase() };
const council = (name: string, type: Council['type'], region: string): Council =>
  Object.assign(new Council(), { name, type, region });
const peer = (
  of: Peer['class'],
  home: Council | null,
  experience: number,
  skills: Record<string, number> = {},
): Peer => Object.assign(new Peer(), { class: of, council: home, reviews: experience, served: 0, skills });

const EXETER = council('Exeter', 'district', 'South West');
const LEEDS = council('Leeds', 'metropolitan', 'Yorkshire and The Humber');

describe('how a team is made up', () => {
  const team = [
    peer('member', EXETER, 0, { finance: 5 }),
    peer('member', LEEDS, 4, { finance: 2 }),
    peer('officer', LEEDS, 3, { finance: 4 }),
    peer('other', null, 0),
  ];
  const parts = balanceOf(team, {
    challenge: {
      coverage: [
        { skill: 'finance', level: 4, peers: 1 },
        { skill: 'housing', level: 3, peers: 2 },
      ],
    },
    host: { type: 'metropolitan' },
    words: WORDS,
    experiencedFrom: 3,
  });

  it('is told by class, by where they come from, by experience and by the skills that are asked for', () => {
    expect(parts.map(({ name, lines }) => [name, lines.map(({ words }) => words)])).toEqual([
      ['Made up of', ['2 members', '1 officer', '1 other']],
      ['They come from', ['2 councils in 2 regions', '2 of 4 from the same type of council']],
      ['Experience', ['2 of 4 experienced', '2 first-timers']],
      ['Skills', ['FINANCE: 2, at level 5, 4 (1 wanted)', 'HOUSING: 0 (2 wanted)']],
    ]);
  });

  it('is drawn with what there is filled, and what is wanting empty; more than is wanted is no lack', () => {
    const marks = (name: string): string[] =>
      (parts.find((part) => part.name === name)?.lines ?? []).map((line) => line.marks);
    expect(marks('They come from')).toEqual(['', '●●○○']);
    expect(marks('Skills')).toEqual(['●●', '○○']);
  });
});
