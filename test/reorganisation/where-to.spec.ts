import { homesAfterMove } from '../../src/peers/homes.js';
import type { PeerHome } from '../../src/peers/peer.entity.js';
import {
  afterDay,
  goesTo,
  lastDayBefore,
  peerGoesTo,
  takenBack,
  type Parting,
  type Way,
} from '../../src/reorganisation/where-to.js';

const A = 'a';
const way = (successorId: string, startsOn = '2027-04-01', ends = true): Way => ({
  successorId,
  startsOn,
  ends,
});
const parting = (...ways: Way[]): Parting => ({ predecessorId: A, ways });
const home = (councilId: string, from: string | null = null, to: string | null = null): PeerHome => ({
  councilId,
  from,
  to,
});
const OFFICER = { class: 'officer' as const };
const MEMBER = { class: 'member' as const };

describe('where somebody goes when a body ends', () => {
  it.each<[string, Parting, string | null | undefined, string | null | undefined]>([
    ['to the only one that follows', parting(way('x')), undefined, 'x'],
    ['nowhere by itself where two follow', parting(way('x'), way('y')), undefined, undefined],
    ['where a person placed them', parting(way('x'), way('y')), 'y', 'y'],
    ['nowhere, where that one does not follow any more', parting(way('x')), 'y', undefined],
    [
      'nowhere by itself where a part is given away',
      parting(way('x', '2027-04-01', false)),
      undefined,
      undefined,
    ],
    [
      'to the one that follows it, though another took a part',
      parting(way('x'), way('y', '2027-05-01', false)),
      undefined,
      'x',
    ],
    ['out, where a person said so', parting(way('x')), null, null],
  ])('%s', (_, from, placed, to) => {
    expect(goesTo(from, placed)).toBe(to);
    expect(peerGoesTo(from, OFFICER, placed)).toBe(to);
  });

  it('a councillor’s post ends with the body, unless a person placed them, and not where it goes on', () => {
    expect(peerGoesTo(parting(way('x')), MEMBER, undefined)).toBeNull();
    expect(peerGoesTo(parting(way('x')), MEMBER, 'x')).toBe('x');
    expect(peerGoesTo(parting(way('x', '2027-04-01', false)), MEMBER, undefined)).toBeUndefined();
  });

  it('each on the day before its own way begins', () => {
    const both = parting(way('part', '2027-05-01', false), way('rest', '2028-04-01'));
    expect(lastDayBefore(both, 'part')).toBe('2027-04-30');
    expect(lastDayBefore(both, 'rest')).toBe('2028-03-31');
    expect(lastDayBefore(both, null)).toBe('2028-03-31');
  });
});

describe('a peer after the day', () => {
  const ended = home(A, null, '2027-03-31');

  it.each<[string, PeerHome[], string | null, object]>([
    [
      'goes on at the next, the one before a former home',
      [],
      'x',
      { councilId: 'x', homes: [ended], positions: ['head'] },
    ],
    ['loses the post that ended', [], null, { councilId: null, homes: [ended], positions: [] }],
    [
      'goes on at another body of theirs, with what they are',
      [home('county')],
      null,
      { councilId: 'county', homes: [ended], positions: ['head'] },
    ],
  ])('%s', (_, homes, to, after) => {
    expect(afterDay({ councilId: A, homes, positions: ['head'] }, parting(way('x')), to)).toEqual(after);
  });

  it('with a second home there has it at the next', () => {
    const peer = { councilId: 'p', homes: [home(A, '2020-01-01')], positions: ['head'] };
    const after = { ...peer, homes: [home(A, '2020-01-01', '2027-03-31'), home('x', '2027-04-01')] };
    expect(afterDay(peer, parting(way('x')), 'x')).toEqual(after);
    expect(takenBack(after, A, { before: peer, after })).toEqual(peer);
  });

  it('whose home there was to begin later begins at the next', () => {
    const peer = { councilId: 'p', homes: [home(A, '2027-09-01')], positions: [] };
    expect(afterDay(peer, parting(way('x')), 'x').homes).toEqual([home('x', '2027-09-01')]);
  });

  it('is as before once it is taken back, but for what came since', () => {
    const before = { councilId: A, homes: [home('p', null, '2020-01-01')], positions: ['leader'] };
    const after = afterDay(before, parting(way('x')), null);
    expect(takenBack(after, A, { before, after })).toEqual(before);
    const since = { ...after, homes: [...after.homes, home('kent', '2027-06-01')] };
    expect(takenBack(since, A, { before, after })?.homes).toEqual([
      ...before.homes,
      home('kent', '2027-06-01'),
    ]);
    expect(takenBack({ ...after, councilId: 'kent' }, A, { before, after })).toBeNull();
    expect(takenBack({ ...after, positions: ['head'] }, A, { before, after })?.positions).toEqual(['head']);
  });
});

describe('homes after a change by the office', () => {
  const TODAY = '2026-11-26';
  const former = (id: string, from: string | null = null): PeerHome => home(id, from, '2026-11-25');

  it.each<
    [
      string,
      { councilId: string | null; homes: PeerHome[] },
      { councilId: string | null; homes: PeerHome[] },
      PeerHome[],
    ]
  >([
    ['the same council', { councilId: A, homes: [] }, { councilId: A, homes: [] }, []],
    ['a new council', { councilId: A, homes: [] }, { councilId: 'b', homes: [] }, [former(A)]],
    ['none any more', { councilId: A, homes: [] }, { councilId: null, homes: [] }, [former(A)]],
    [
      'left for the second time',
      { councilId: A, homes: [home(A, null, '2020-01-09')] },
      { councilId: 'b', homes: [home(A, null, '2020-01-09')] },
      [home(A, null, '2020-01-09'), former(A)],
    ],
    [
      'left with its day told',
      { councilId: A, homes: [] },
      { councilId: 'b', homes: [home(A, null, '2026-12-31')] },
      [home(A, null, '2026-12-31')],
    ],
    ['kept beside the new one', { councilId: A, homes: [] }, { councilId: 'b', homes: [home(A)] }, [home(A)]],
    [
      'a second home told no more',
      { councilId: A, homes: [home('b', '2020-01-01')] },
      { councilId: A, homes: [] },
      [former('b', '2020-01-01')],
    ],
    [
      'a second home becomes the first',
      { councilId: A, homes: [home('b')] },
      { councilId: 'b', homes: [] },
      [former(A)],
    ],
    [
      'a home to come told no more',
      { councilId: A, homes: [home('b', '2027-01-01')] },
      { councilId: A, homes: [] },
      [],
    ],
  ])('%s', (_, before, after, homes) => {
    expect(homesAfterMove(before, after, TODAY)).toEqual(homes);
  });
});
