import { Measure } from '../../src/programme/measures/measure.entity.js';
import { MeasuresService } from '../../src/programme/measures/measures.service.js';
import { Files, OFFICE } from '../support/files.js';
import { Service } from '../support/service.js';

const HEADER = 'place,measure,name,source,counting,direction,target,colour_rule\n';

let service: Service;
let files: Files;

beforeAll(async () => {
  service = await Service.start({ worker: false });
  files = new Files(service);
}, 60_000);
afterAll(() => service.stop());

const ofYear = (year: number): Promise<Measure[]> => service.app.get(MeasuresService).ofYear(year);
const bring = async (year: number, rows: string, header = HEADER): ReturnType<Files['checked']> => {
  const looked = await files.checked('measures', header + rows, String(year));
  return looked.state === 'checked' ? files.entered(looked) : looked;
};
const faults = async (year: number, rows: string, header = HEADER): Promise<string[]> => {
  const { id, state } = await bring(year, rows, header);
  expect(state).toBe('refused');
  return (await files.imports.faults(id)).rows.map(({ fault }) => `${fault.pointer}: ${fault.detail}`);
};
const order = async (year: number): Promise<string[]> =>
  (await ofYear(year)).map(({ key, place }) => `${String(place)} ${key}`);

describe('measures from a file', () => {
  it('make a year that has none, in the order of the file', async () => {
    await bring(
      2041,
      ',visits,Visits,by_hand,sum,at_least,30,delivery\n,posts,Posts filled,by_hand,running,up_to,,by_hand\n',
    );
    expect(await order(2041)).toEqual(['1 visits', '2 posts']);
    expect((await ofYear(2041)).map(({ name, target, counting }) => [name, target, counting])).toEqual([
      ['Visits', 30, 'sum'],
      ['Posts filled', null, 'running'],
    ]);
  });

  it('are put where the file says, and the others stay between them as they stood', async () => {
    const rows = ['a', 'b', 'c', 'd'].map((key) => `,${key},${key},by_hand,sum,at_least,1,delivery`);
    await bring(2042, rows.join('\n') + '\n');
    await bring(2042, 'd,2\n', 'measure,place\n');
    expect(await order(2042)).toEqual(['1 a', '2 d', '3 b', '4 c']);
    await bring(2042, '1,e,e,by_hand,sum,at_least,1,delivery\n');
    expect(await order(2042)).toEqual(['1 e', '2 a', '3 d', '4 b', '5 c']);
  });

  it('that are saved and come back change nothing', async () => {
    await service.app.get(MeasuresService).start(OFFICE, 2043);
    const saved = await files.saved('measures', '2043');
    expect(saved.trim().split('\n').length).toBe((await ofYear(2043)).length + 1);
    expect((await files.checked('measures', saved, '2043')).counts).toMatchObject({
      ...{ added: 0, changed: 0, gone: 0 },
    });
  });

  it('change of a measure what the file says, and leave the rest', async () => {
    await bring(2044, ',visits,Visits,by_hand,sum,at_least,30,delivery\n');
    const [before] = await ofYear(2044);
    const done = await bring(
      2044,
      'visits,35,amber,The spring was wet\n',
      'measure,target,colour,colour_reason\n',
    );
    expect({ ...(await ofYear(2044))[0] }).toEqual({
      ...before,
      ...{ target: 35, colour: 'amber', colourReason: 'The spring was wet' },
      version: expect.any(Number) as number,
    });
    await files.undone(done);
    expect({ ...(await ofYear(2044))[0] }).toEqual({ ...before, version: expect.any(Number) as number });
  });

  it('name each row and column at fault', async () => {
    expect(
      await faults(
        2045,
        [
          ',Visits,Visits,by_hand,sum,at_least,30,delivery',
          ',posts,,by_hand,total,at_least,many,delivery',
        ].join('\n'),
      ),
    ).toEqual([
      'row 2, measure: found "Visits"; allowed: small letters, digits and hyphens, from a letter on, 40 at most',
      expect.stringMatching(/^row 3, counting: found "total"; allowed: /),
      'row 3, target: found "many"; allowed: a number from -2000000000 to 2000000000',
    ]);
    expect(await faults(2045, ',posts,,by_hand,sum,at_least,1,delivery\n')).toEqual([
      'row 2, name: is empty; a measure needs it',
    ]);
    expect(
      await faults(
        2045,
        'a,a,by_hand,sum,at_least,delivery,amber\na,a,by_hand,sum,at_least,delivery,\n',
        'measure,name,source,counting,direction,colour_rule,colour\n',
      ),
    ).toEqual([
      'row 3, measure: found "a" again, as in row 2; allowed: once',
      'row 2, colour_reason: a colour by hand and its reason go together',
    ]);
    expect(await ofYear(2045)).toEqual([]);
  });

  it('are refused beyond those that a year has, and taken up to them', async () => {
    const rows = (count: number): string =>
      Array.from({ length: count }, (_, n) => `,m${String(n)},m,by_hand,sum,at_least,1,delivery\n`).join('');
    const { state, told } = await bring(2046, rows(61));
    expect([state, told]).toEqual(['refused', 'A year has 60 measures at most.']);
    expect((await bring(2046, rows(60))).state).toBe('entered');
    expect(await ofYear(2046)).toHaveLength(60);
  });
});
