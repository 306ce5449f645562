import fc from 'fast-check';
import { LEAST_ANSWERS, ratingFrom } from '../../src/outcomes/feedback-forms.js';

const answers = (most: number) =>
  fc.array(fc.integer({ min: 1, max: 4 }), { minLength: LEAST_ANSWERS, maxLength: most });

describe('the rating of a peer', () => {
  it.each([
    [[4, 4, 4], 10],
    [[1, 1, 1], 0],
    [[3, 3, 3], 7],
    [[2, 3, 2], 4],
    [[4, 4], null],
    [[], null],
  ])('%j makes %j', (said, rating) => {
    expect(ratingFrom(said)).toBe(rating);
  });

  it('is from 0 to 10, whatever the order, and never falls for a better answer', () => {
    fc.assert(
      fc.property(answers(20), fc.nat(19), (said, at) => {
        const rating = ratingFrom(said) ?? -1;
        expect(Number.isInteger(rating) && rating >= 0 && rating <= 10).toBe(true);
        expect(ratingFrom([...said].reverse())).toBe(rating);
        const better = said.map((one, index) => (index === at % said.length ? 4 : one));
        expect((ratingFrom(better) ?? -1) >= rating).toBe(true);
      }),
    );
  });
});
