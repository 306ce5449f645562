import type { Measure } from '../../src/programme/measures/measure.entity.js';
import { MeasuresService } from '../../src/programme/measures/measures.service.js';
import type { ReportView } from '../../src/programme/report/report.dto.js';
import { Files, OFFICE } from '../support/files.js';
import type { PageSession } from '../support/page-session.js';
import { signedIn } from '../support/people.js';
import { Service } from '../support/service.js';

let service: Service;
let files: Files;
let office: PageSession;

beforeAll(async () => {
  service = await Service.start({ worker: false });
  files = new Files(service);
  office = await signedIn(service, 'programme');
}, 60_000);
afterAll(() => service.stop());

const reportOf = (year: number, asAt = ''): Promise<ReportView> =>
  service.done<ReportView>(
    'programme',
    'get',
    `/api/programmes/${String(year)}/report${asAt && `?asAt=${asAt}`}`,
  );
const HEAD = 'measure,name,source,which,counting,unit,direction,target,colour_rule';
const bring = async (year: number, ...rows: string[]): Promise<void> => {
  const looked = await files.checked('measures', [HEAD, ...rows].join('\n') + '\n', String(year));
  expect([looked.state, looked.told]).toEqual(['checked', looked.told]);
  await files.entered(looked);
};

describe('a measure', () => {
  it('is copied with its year, put in order, and ended by page and API', async () => {
    await bring(
      2030,
      'a,A,by_hand,,sum,,at_least,1,line',
      'b,B,by_hand,,sum,,at_least,1,line',
      'c,C,by_hand,,sum,,at_least,1,line',
    );
    const start = await office.post('/programme/2035/start', { start: 'yes', from: '2030' });
    expect(start.status).toBe(303);
    const measures = service.app.get(MeasuresService);
    const order = async (): Promise<string[]> => (await measures.ofYear(2035)).map(({ key }) => key);
    expect(await order()).toEqual(['a', 'b', 'c']);
    const [, , last] = (await measures.ofYear(2035)) as [Measure, Measure, Measure];
    const moved = await service.send(
      'programme',
      'patch',
      `/api/measures/${last.id}`,
      { place: 1, theme: 'First things' },
      { 'If-Match': `"${String(last.version)}"` },
    );
    expect([moved.status, await order()]).toEqual([200, ['c', 'a', 'b']]);
    const stale = await service.send(
      'programme',
      'patch',
      `/api/measures/${last.id}`,
      { place: 2 },
      { 'If-Match': `"${String(last.version)}"` },
    );
    expect(stale.status).toBe(412);
    await bring(2020, 'old,Old,by_hand,,sum,,at_least,1,line');
    const old = (await measures.ofYear(2020)).find(({ key }) => key === 'old');
    await measures.change(OFFICE, old?.id ?? '', old?.version ?? 0, { endedOn: '2020-10-01' });
    const keys = async (asAt: string): Promise<string[]> =>
      (await reportOf(2020, asAt)).measures.map(({ key }) => key);
    expect(await keys('2020-09-30')).toContain('old');
    expect(await keys('2020-10-01')).not.toContain('old');
  });

  it.each([
    ['part of nothing', { partOf: 'nothing' }, 'the key of a measure of the year'],
    ['a target in words and figures', { target: 5, targetWords: 'by May' }, 'one of them'],
    ['a type of support that there is none of', { source: 'support', which: 'magic' }, 'mentoring'],
    ['a mean of challenges', { source: 'challenges', counting: 'average' }, 'allowed of'],
    ['a limit on a line', { direction: 'up_to' }, 'at most so many'],
    [
      'a mean on a line',
      { source: 'evaluations', counting: 'average' },
      'a mean does not grow with the year',
    ],
  ])('cannot be %s', async (_, facts, said) => {
    const body = {
      ...{ key: 'wrong', name: 'Wrong', source: 'by_hand', counting: 'sum', direction: 'at_least' },
      colourRule: 'line',
      ...facts,
    };
    const answer = await service.send('programme', 'post', '/api/programmes/2036/measures', body);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toContain(said);
  });
});

describe('two who change the measures of a year at once', () => {
  it('lose nothing of each other, and leave each in a place of its own', async () => {
    await bring(
      2031,
      ...['a', 'b', 'c', 'd', 'e'].map((key) => `${key},${key},by_hand,,sum,,at_least,1,line`),
    );
    const measures = service.app.get(MeasuresService);
    const [a, b, c, d] = (await measures.ofYear(2031)) as [Measure, Measure, Measure, Measure];
    await Promise.all([
      measures.change(OFFICE, d.id, d.version, { place: 1 }),
      measures.change(OFFICE, a.id, a.version, { target: 40 }),
      measures.change(OFFICE, b.id, b.version, { place: 99 }),
      measures.change(OFFICE, c.id, c.version, { comment: 'as told' }),
    ]);
    const after = await measures.ofYear(2031);
    expect(after.map(({ place }) => place)).toEqual([1, 2, 3, 4, 5]);
    expect(after.map(({ key }) => key)).toEqual(['d', 'a', 'c', 'e', 'b']);
    expect(after.find(({ key }) => key === 'a')).toMatchObject({ target: 40, version: a.version + 1 });
    expect(after.find(({ key }) => key === 'c')).toMatchObject({
      comment: 'as told',
      version: c.version + 1,
    });
    expect(after.find(({ key }) => key === 'e')?.version).toBe(1);
  });
});
