import { combined } from '../../src/doubles/combined.js';
import { Peer } from '../../src/peers/peer.entity.js';

const record = (more: Partial<Peer>): Peer =>
  Object.assign(new Peer(), {
    email: null,
    phone: null,
    class: 'officer',
    councilId: 'a',
    organisation: null,
    homes: [],
    positions: [],
    skills: {},
    accreditations: [],
    conflicts: [],
    availability: { patterns: [], ranges: [], confirmedOn: null },
    refusedRegions: [],
    releasedUntil: null,
    reviews: 0,
    needs: {},
    endorsedOn: null,
    erasureAskedAt: null,
    calendarUrl: null,
    ...more,
  });

describe('one record of two', () => {
  it('keeps what the first says, and fills what it does not', () => {
    const one = record({ email: 'one@example.org', needs: { diet: 'none' } });
    const other = record({
      email: 'other@example.org',
      phone: '0121 496 0000',
      needs: { diet: 'vegan', access: 'lift' },
    });
    expect(combined(one, other)).toMatchObject({
      email: 'one@example.org',
      phone: '0121 496 0000',
      needs: { diet: 'none', access: 'lift' },
    });
  });

  it('has the bodies of both, the council of the other among them, each once', () => {
    const one = record({ councilId: 'a', homes: [{ councilId: 'b', from: null, to: null }] });
    const other = record({
      councilId: 'c',
      homes: [
        { councilId: 'a', from: null, to: null },
        { councilId: 'b', from: '2020-01-01', to: null },
        { councilId: 'd', from: null, to: '2024-03-31' },
      ],
    });
    expect(combined(one, other).homes.map(({ councilId, to }) => [councilId, to])).toEqual([
      ['b', null],
      ['c', null],
      ['d', '2024-03-31'],
    ]);
  });

  it('bars where either is barred, for the longer time, and is accredited for the longer time', () => {
    const one = record({
      conflicts: [{ councilId: 'x', type: 'employment', until: '2027-01-01' }],
      accreditations: [{ kind: 'finance', expiresOn: '2027-01-01' }],
      refusedRegions: ['London'],
      releasedUntil: '2028-01-01',
    });
    const other = record({
      conflicts: [
        { councilId: 'x', type: 'employment', until: null },
        { councilId: 'y', type: 'other', until: null },
      ],
      accreditations: [
        { kind: 'finance', expiresOn: '2028-01-01' },
        { kind: 'housing', expiresOn: null },
      ],
      refusedRegions: ['North East'],
      releasedUntil: '2027-06-30',
    });
    expect(combined(one, other)).toMatchObject({
      conflicts: [
        { councilId: 'x', until: null },
        { councilId: 'y', until: null },
      ],
      accreditations: [
        { kind: 'housing', expiresOn: null },
        { kind: 'finance', expiresOn: '2028-01-01' },
      ],
      refusedRegions: ['London', 'North East'],
      releasedUntil: '2027-06-30',
    });
  });

  it('holds the higher level of each skill, and brings the larger experience, not the sum', () => {
    const one = record({ skills: { finance: 4, housing: 1 }, reviews: 3 });
    const other = record({ skills: { finance: 2, housing: 5, digital: 2 }, reviews: 5 });
    expect(combined(one, other)).toMatchObject({
      skills: { finance: 4, housing: 5, digital: 2 },
      reviews: 5,
    });
  });

  it('is free when both said so: what the record that stays says of a day comes last', () => {
    const [busy, free] = (['busy', 'free'] as const).map((state) => ({
      from: '2027-06-08',
      to: '2027-06-08',
      state,
    }));
    if (!busy || !free) throw new Error('no ranges');
    const one = record({ availability: { patterns: [], ranges: [free], confirmedOn: '2027-01-01' } });
    const other = record({ availability: { patterns: [], ranges: [busy], confirmedOn: '2026-01-01' } });
    expect(combined(one, other).availability).toEqual({
      patterns: [],
      ranges: [busy, free],
      confirmedOn: '2027-01-01',
    });
  });

  it('has the posts of its own class only', () => {
    const one = record({ positions: ['leader'], class: 'member' });
    expect(combined(one, record({ positions: ['s151'] })).positions).toEqual(['leader']);
    expect(combined(one, record({ positions: ['cabinet'], class: 'member' })).positions).toEqual([
      'leader',
      'cabinet',
    ]);
  });
});
