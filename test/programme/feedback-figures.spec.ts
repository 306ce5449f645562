import fc from 'fast-check';
import {
  groupsBeside,
  groupsBy,
  years,
  type AnsweredForm,
} from '../../src/programme/feedback/feedback-groups.js';
import { Given } from '../support/given.js';
import { signedIn } from '../support/people.js';
import { Service } from '../support/service.js';

const answer = (kind: string, ...scores: number[]): AnsweredForm => ({
  ...{ form: 'council', kind, region: 'London', year: '2026/27', scores },
});
const same = (name: string): string => name;

describe('what was thought of challenges, in groups', () => {
  it('is a mean and the share of each score, of three answers and more', () => {
    expect(groupsBy([answer('a', 1, 4), answer('a', 3, 4), answer('a', 4, 4)], 'kind', same)).toEqual([
      { name: 'a', answers: 3, mean: 3.3333, shares: [17, 0, 17, 67] },
    ]);
    expect(groupsBy([answer('a', 1), answer('a', 2)], 'kind', same)).toEqual([]);
  });

  it('tells small groups together, and with a larger one where they are few, so that none can be reckoned', () => {
    const many = (kind: string, count: number): AnsweredForm[] =>
      Array.from({ length: count }, () => answer(kind, 4));
    const names = (answers: AnsweredForm[]): [string, number][] =>
      groupsBy(answers, 'kind', same).map((group) => [group.name, group.answers]);
    expect(names([...many('a', 5), ...many('b', 2), ...many('c', 1)])).toEqual([
      ['a', 5],
      ['b, c', 3],
    ]);
    expect(names([...many('a', 5), ...many('b', 3), ...many('c', 1)])).toEqual([
      ['a', 5],
      ['b, c', 4],
    ]);
  });

  it('beside another table never leaves one or two answers between a group of the one and a group of the other', () => {
    const answers = fc.array(
      fc.record({ kind: fc.constantFrom('a', 'b', 'c'), region: fc.constantFrom('n', 's', 'w', 'e') }),
      { minLength: 20, maxLength: 120 },
    );
    let shown = 0;
    fc.assert(
      fc.property(answers, (rows) => {
        const all = rows.map(({ kind, region }) => ({ ...answer(kind, 3), region }));
        const namesOf = ({ name }: { name: string }): string[] => name.split(', ');
        const [kinds, regions] = [groupsBy(all, 'kind', same), groupsBeside(all, ['kind', 'region'], same)];
        shown += regions.length;
        for (const one of kinds)
          for (const other of regions) {
            const both = all.filter(
              ({ kind, region }) => namesOf(one).includes(kind) && namesOf(other).includes(region),
            ).length;
            for (const count of [both, one.answers - both, other.answers - both])
              expect(count === 0 || count >= 3).toBe(true);
          }
        const told = regions.reduce((sum, group) => sum + group.answers, 0);
        expect(told === 0 || told === all.length).toBe(true);
      }),
      { numRuns: 500, seed: 11 },
    );
    expect(shown).toBeGreaterThan(100);
  });

  it('leaves a year of fewer than three out, rather than tell it with another', () => {
    const of = (year: string, count: number) =>
      Array.from({ length: count }, () => ({ ...answer('a', 4), year }));
    const names = years([...of('2026/27', 3), ...of('2024/25', 1), ...of('2025/26', 4)]).map(
      ({ name }) => name,
    );
    expect(names).toEqual(['2025/26', '2026/27']);
  });

  it('never shows a group of fewer than three, and counts everybody once where it shows any', () => {
    const answers = fc.array(
      fc.constantFrom('a', 'b', 'c', 'd').map((kind) => answer(kind, 3)),
      { maxLength: 14 },
    );
    fc.assert(
      fc.property(answers, (all) => {
        const groups = groupsBy(all, 'kind', same);
        expect(groups.every((group) => group.answers >= 3)).toBe(true);
        expect(groups.reduce((sum, group) => sum + group.answers, 0)).toBe(all.length < 3 ? 0 : all.length);
      }),
    );
  });
});

describe('the page of it', () => {
  it('has figures of whole quarters for the board, and no words of anybody', async () => {
    const service = await Service.start({ worker: false });
    const given = new Given(service);
    for (const [code, score] of [
      ['E08000028', 2],
      ['E06000002', 3],
      ['E06000003', 4],
    ] as const) {
      const { id } = await given.council(code);
      const [challenge] = await service.source.query<{ id: string }[]>(
        `INSERT INTO challenges (council_id, kind, state, windows, seats, coverage, version) VALUES ($1, 'finance', 'closed', '[]', '[]', '[]', 1) RETURNING id`,
        [id],
      );
      await service.source.query(
        `INSERT INTO feedback (challenge_id, form, scores, comment, answered_at) VALUES ($1, 'council', $2, 'what we really think', '2020-05-02')`,
        [challenge?.id, { one: score }],
      );
    }
    const board = await signedIn(service, 'board');
    const { status, text } = await board.get('/programme/2020/feedback');
    expect(status).toBe(200);
    expect(text).toMatch(/Finance peer review[^]*data-label="On average">\s*3\.0/);
    expect(text).not.toContain('what we really think');
    const adviser = await signedIn(service, 'council');
    expect((await adviser.get('/programme/2020/feedback')).status).toBe(403);
    await service.stop();
  }, 60_000);
});
