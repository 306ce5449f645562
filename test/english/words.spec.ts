import fc from 'fast-check';
import {
  amount,
  signed,
  thousands,
  upperFirst,
  withinSentence,
  withArticle,
} from '../../src/english/words.js';

describe('a count with its noun', () => {
  it.each([
    [0, '0 points'],
    [1, '1 point'],
    [2, '2 points'],
    [1_240, '1,240 points'],
    [1_000_000, '1,000,000 points'],
  ])('of %s', (n, said) => {
    expect(amount(n, 'point')).toBe(said);
  });

  it('knows plurals that are not made with an s', () => {
    expect([amount(1, 'person', 'people'), amount(3, 'person', 'people')]).toEqual(['1 person', '3 people']);
  });

  it('has a comma before every three digits, and loses none of them', () => {
    fc.assert(
      fc.property(fc.nat(), (n) => {
        expect(thousands(n)).toMatch(/^\d{1,3}(,\d{3})*$/);
        expect(Number(thousands(n).replaceAll(',', ''))).toBe(n);
      }),
    );
  });
});

describe('points', () => {
  it('have a sign, the minus a real one, and nothing has none', () => {
    expect([signed(5), signed(-3), signed(0)]).toEqual(['+5', '−3', '0']);
  });
});

describe('a name within a sentence', () => {
  it.each([
    ['Chief executive', 'chief executive'],
    ['Section 151 officer', 'Section 151 officer'],
    ['SEND lead', 'SEND lead'],
    ['Remote panel', 'remote panel'],
    ['', ''],
  ])('%j is written %j', (name, within) => {
    expect(withinSentence(name)).toBe(within);
  });

  it('begins a sentence with a capital letter, whatever follows', () => {
    expect([upperFirst('from 1 May'), upperFirst('élan'), upperFirst('')]).toEqual([
      'From 1 May',
      'Élan',
      '',
    ]);
  });
});

it.each([
  ['Progress review', 'a progress review'],
  ['Election review', 'an election review'],
  ['LGA review', 'an LGA review'],
  ['PFI review', 'a PFI review'],
  ['University review', 'a university review'],
  ['Urban review', 'an urban review'],
])('%s is “%s” within a sentence', (name, said) => {
  expect(withArticle(name)).toBe(said);
});
