import { londonDate } from '../../src/calendar/dates.js';
import { Peer } from '../../src/peers/peer.entity.js';
import { Given } from '../support/given.js';
import { signedIn, versionOn } from '../support/people.js';
import { Service } from '../support/service.js';

let service: Service;
let member: string;
let officer: string;

beforeAll(async () => {
  service = await Service.start({ worker: false });
  const given = new Given(service);
  const { id: councilId } = await given.council('E08000028');
  const labour = { class: 'member' as const, positions: ['leader'], party: 'Labour', councilId };
  const contact = { email: 'cllr.amir@members.example', phone: '020 7946 0000', name: 'Cllr Amir' };
  ({ id: member } = await given.peer({ ...labour, ...contact, conflicts: [], refusedRegions: ['London'] }));
  ({ id: officer } = await given.peer({
    class: 'officer',
    positions: ['s151'],
    councilId,
    name: 'Olu Officer',
  }));
}, 60_000);
afterAll(() => service.stop());

const endorsedOn = async (): Promise<string | null> =>
  (await service.source.manager.findOneByOrFail(Peer, { id: member })).endorsedOn;

describe('a member peer', () => {
  it('is endorsed by the group office of the party, once, on that day', async () => {
    const office = await signedIn(service, 'group', { party: 'Labour' });
    const { text } = await office.get(`/peers/${member}`);
    expect(text).toContain('Endorse this member peer');
    const sent = await office.post(`/peers/${member}/endorse`, { version: versionOn(text) });
    expect(sent.status).toBe(303);
    expect(await endorsedOn()).toBe(londonDate(new Date()));
    expect((await office.get(`/peers/${member}`)).text).not.toContain('Endorse this member peer');
    const [entry] = await service.source.query<{ action: string }[]>(
      `SELECT action FROM audit_entries WHERE subject = $1 ORDER BY id DESC LIMIT 1`,
      [`peer:${member}`],
    );
    expect(entry?.action).toBe('peer.endorsed');
  });

  it('is no concern of another party’s office, which does not learn that there is one', async () => {
    const other = await signedIn(service, 'group', { party: 'Conservative' });
    expect((await other.get(`/peers/${member}`)).status).toBe(404);
    expect((await other.post(`/peers/${member}/endorse`, { version: '1' })).status).toBe(404);
  });

  it('is not endorsed by the office of the programme', async () => {
    const programme = await signedIn(service, 'programme');
    expect((await programme.post(`/peers/${member}/endorse`, { version: '1' })).status).toBe(403);
  });
});

describe('the pool as a file', () => {
  const linesOf = async (
    role: 'group' | 'lead' | 'adviser' | 'programme',
    party: string | null,
  ): Promise<string[]> => {
    const reader = await signedIn(service, role, { party });
    const { text } = await reader.get('/peers/export.csv');
    return text.replace('\uFEFF', '').trimEnd().split(/\r?\n/);
  };

  it.each(['group', 'lead'] as const)(
    'gives a %s its own members without their addresses, limits, conflicts and rating',
    async (role) => {
      const [head = '', ...rows] = await linesOf(role, 'Labour');
      expect(head.split(',')).toEqual([
        ...[
          'id',
          'name',
          'class',
          'party',
          'council',
          'organisation',
          'positions',
          'skills',
          'reviews',
          'state',
        ],
      ]);
      expect(rows).toHaveLength(1);
      expect(rows[0]).toContain('Cllr Amir');
      expect(rows[0]).not.toMatch(/@|7946|London/);
    },
  );

  it('gives the office no party, and advisers everything but nobody’s needs', async () => {
    const [office = ''] = await linesOf('programme', null);
    expect(office.split(',')).toContain('email');
    expect(office.split(',')).not.toContain('party');
    const [adviser = '', ...rows] = await linesOf('adviser', null);
    expect(adviser.split(',')).toEqual(
      expect.arrayContaining(['email', 'party', 'conflicts', 'rating', 'max_days']),
    );
    expect(rows.some((row) => row.includes(officer))).toBe(true);
  });
});
