import { saidOn, signedIn, versionOn } from '../support/people.js';
import { figuresOf, type Likeness } from '../../src/proposals/sample-figures.js';
import { Service } from '../support/service.js';
import { snapshot } from '../support/snapshot.js';

const like = (more: Partial<Likeness>): Likeness => ({
  sameType: false,
  sameRegion: false,
  km: 100,
  ratio: 3,
  ...more,
});

describe('the figures of teams', () => {
  it('are shares of those who come from a council, and the kilometres in the middle', () => {
    const four = [
      like({ sameType: true, km: 10, ratio: 1.5 }),
      like({ sameType: true, sameRegion: true, km: 30, ratio: 1.51 }),
      like({ km: 200, ratio: 2.5 }),
      like({ km: 400, ratio: 2.51 }),
    ];
    expect(figuresOf(6, 5, four)).toEqual({
      seats: 6,
      filled: 5,
      sameType: 50,
      sameRegion: 25,
      medianMiles: 124,
      within1_5: 25,
      within2_5: 75,
    });
  });

  it('are nothing where nobody comes from a council', () => {
    expect(figuresOf(6, 0, [])).toMatchObject({ sameType: 0, medianMiles: null });
  });
});

it('a change of weights shows what it would do to a sample, and changes nothing by that', async () => {
  const service = await Service.start({ example: true, worker: false });
  const office = await signedIn(service, 'programme');
  const { text } = await office.get('/kinds/weights');
  const weights = Object.fromEntries(
    [...text.matchAll(/name="(weights\[[^\]]+\])"[^>]*value="([^"]*)"/g)].map(([, name = '', value]) => [
      name,
      value,
    ]),
  );
  const before = await snapshot(service.source);
  const shown = await office.post('/kinds/weights', {
    version: versionOn(text),
    ...weights,
    'weights[kmPerPoint]': '1',
    'weights[distanceMax]': '400',
    reason: 'near ones',
    step: 'preview',
  });
  expect(shown.status).toBe(200);
  const said = saidOn(shown.text);
  expect(said).toContain('The best teams of 40 councils for a corporate peer challenge');
  const [, now = 0, then = 0] = /Distance in the middle (\d+) miles (\d+) miles 118 miles/.exec(said) ?? [];
  expect(Number(now)).toBeGreaterThan(60);
  expect(Number(then)).toBeLessThan(Number(now) / 2);
  expect(await snapshot(service.source)).toEqual(before);
  await service.stop();
}, 60_000);

it('a weight that cannot be used is said at its field, by its name', async () => {
  const service = await Service.start({ worker: false });
  const office = await signedIn(service, 'programme');
  const { text } = await office.get('/kinds/weights');
  const weights = Object.fromEntries(
    [...text.matchAll(/name="(weights\[[^\]]+\])"[^>]*value="([^"]*)"/g)].map(([, name = '', value]) => [
      name,
      value,
    ]),
  );
  for (const step of ['preview', 'save']) {
    const refused = await office.post('/kinds/weights', {
      version: versionOn(text),
      ...weights,
      'weights[kmPerPoint]': '0',
      reason: 'no distance',
      step,
    });
    expect(refused.status).toBe(400);
    expect(saidOn(refused.text)).toContain('Kilometres for a point of distance: found 0; allowed:');
    expect(refused.text).toContain('href="#weights[kmPerPoint]"');
    expect(refused.text).toContain('id="weights[kmPerPoint]-error"');
  }
  await service.stop();
}, 60_000);
