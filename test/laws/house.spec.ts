import { figuresOf } from '../../bench/house.js';

describe('the code', () => {
  const figures = figuresOf(new URL('../../..', import.meta.url).pathname);

  it('has functions that do one thing: half of them, ninety and ninety-nine of a hundred are as short as this', () => {
    const { count, median, most90, most99 } = figures.functions;
    expect(count).toBeGreaterThan(2000);
    expect([median, most90, most99].map((lines, n) => lines <= ([8, 21, 36][n] ?? 0))).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('has no file that one has to scroll through for long', () => {
    expect(figures.longestFile.lines).toBeLessThanOrEqual(300);
  });

  it('has no class that is given more than four things', () => {
    expect(figures.widestConstructor.takes).toBeLessThanOrEqual(4);
  });

  it('has no line of a template that one cannot see whole', () => {
    expect(figures.longestTemplateLine.columns).toBeLessThanOrEqual(160);
  });

  it('has a folder of tests for every folder', () => {
    expect(figures.foldersWithoutTests).toEqual([]);
  });
});
