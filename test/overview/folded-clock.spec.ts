import fc from 'fast-check';
import { foldClock, type ClockLine } from '../../src/overview/clock-lines.js';

const STATES = ['done', 'now', 'next', 'late', 'missed'] as const;
const line = (state: ClockLine['state'], n: number): ClockLine => ({ state, title: String(n) }) as ClockLine;

describe('the clock of a challenge, folded', () => {
  it('shows what is late, due or missed and three of what comes, and leaves nothing out', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...STATES), { maxLength: 20 }), (states) => {
        const lines = states.map(line);
        const { done, now, later } = foldClock(lines);
        const titles = (some: ClockLine[]): number[] => some.map(({ title }) => Number(title));
        expect([...titles(done), ...titles(now), ...titles(later)].sort((a, b) => a - b)).toEqual(
          lines.map((_, n) => n),
        );
        for (const part of [done, now, later])
          expect(titles(part)).toEqual([...titles(part)].sort((a, b) => a - b));
        expect(done.every(({ state }) => state === 'done')).toBe(true);
        expect(later.every(({ state }) => state === 'next')).toBe(true);
        const next = states.filter((state) => state === 'next').length;
        expect(now.filter(({ state }) => state === 'next')).toHaveLength(Math.min(3, next));
        expect(later).toHaveLength(Math.max(0, next - 3));
      }),
    );
  });
});
