import { BookingWeeks } from '../../src/challenges/booking-weeks.service.js';
import { KindsService } from '../../src/kinds/kinds.service.js';
import { Given } from '../support/given.js';
import { Service } from '../support/service.js';

let service: Service;
let given: Given;

beforeAll(async () => {
  service = await Service.start({ example: true, worker: false });
  given = new Given(service);
}, 60_000);
afterAll(() => service.stop());

const found = async (sql: string): Promise<unknown[]> => service.source.query<unknown[]>(sql);

describe('the example agrees with itself', () => {
  it.each([
    [
      'a council has one leader, one mayor, one chief executive and one of each statutory officer',
      `SELECT council_id, position FROM peers, unnest(positions) position WHERE council_id IS NOT NULL
         AND position IN ('leader', 'mayor', 'chief-executive', 's151', 'monitoring-officer', 'dass', 'dcs') GROUP BY 1, 2 HAVING count(*) > 1`,
    ],
    [
      'a district has no directors of social care, and no inspection of it',
      `SELECT p.id FROM peers p JOIN councils c ON c.id = p.council_id WHERE c.type = 'district' AND positions && '{dass,dcs}'
       UNION ALL SELECT i.id FROM inspections i JOIN councils c ON c.id = i.council_id WHERE c.type = 'district' AND i.framework IN ('childrens-services', 'send-area', 'adult-care')`,
    ],
    [
      'a district is not challenged on services that it does not have',
      `SELECT x.id FROM challenges x JOIN councils c ON c.id = x.council_id WHERE c.type = 'district' AND x.kind IN ('adults', 'children', 'safeguarding', 'care-practice', 'send', 'highways')`,
    ],
    [
      'fire officers serve in fire services, and nobody else does',
      `SELECT p.id FROM peers p JOIN councils c ON c.id = p.council_id WHERE (positions && '{chief-fire-officer,fire-officer}') <> (c.body = 'fire_authority')`,
    ],
    [
      'people of other sectors work where such people do',
      `SELECT id FROM peers WHERE class = 'other' AND ('health' = ANY(positions)) <> (organisation LIKE 'NHS%')
         OR class = 'other' AND ('police' = ANY(positions)) <> (organisation LIKE 'Police%')`,
    ],
    [
      'nobody is at work at Christmas or at weekends',
      `SELECT id FROM events WHERE extract(isodow FROM held_on) > 5 OR to_char(held_on, 'MM-DD') >= '12-20' OR to_char(held_on, 'MM-DD') <= '01-03'`,
    ],
    [
      'a party is one of the list',
      `SELECT p.id FROM peers p WHERE party IS NOT NULL AND party NOT IN (SELECT g->>'name' FROM policies, jsonb_array_elements(content) g WHERE policies.id = 'groups')`,
    ],
  ])('%s', async (_, sql) => {
    expect(await found(sql)).toEqual([]);
  });

  it('every kind can be booked in many weeks of the year, that of fire services at one', async () => {
    const all = await service.app.get(KindsService).all();
    const kinds = all.filter(({ purpose }) => purpose !== 'stay');
    const open: Record<string, number> = {};
    for (const { id } of kinds) {
      const host = await given.council(id === 'fire' ? 'E31000011' : 'E07000041');
      const weeks = await service.app.get(BookingWeeks, { strict: false }).of(host, id);
      open[id] = weeks.filter(({ refused }) => refused === null).length;
    }
    expect(Object.keys(open)).toHaveLength(25);
    expect(Object.entries(open).filter(([, count]) => count < 10)).toEqual([]);
  });
});
