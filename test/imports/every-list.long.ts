import { Lists } from '../../src/imports/lists.js';
import { rowsOf } from '../support/csv.js';
import { Files } from '../support/files.js';
import { Service } from '../support/service.js';

let service: Service;
let files: Files;

beforeAll(async () => {
  service = await Service.start({ worker: false, example: true });
  files = new Files(service);
}, 90_000);
afterAll(() => service.stop());

describe('a file that is checked', () => {
  it('changes nothing, whatever list it is for, and what was saved would change nothing', async () => {
    const before = await files.held();
    for (const [name, { about }] of service.app.get(Lists).all) {
      if (about) continue;
      const text = await files.saved(name);
      if (rowsOf(text).length === 0) continue;
      const { state, counts } = await files.checked(name, text);
      expect([name, state, counts]).toEqual([
        name,
        'checked',
        { added: 0, changed: 0, gone: 0, unchanged: rowsOf(text).length },
      ]);
    }
    expect(await files.held()).toEqual(before);
  }, 60_000);
});

describe('what somebody may not see', () => {
  it('is entered as the file gives it, told as given and never compared before their eyes', async () => {
    const [councillor] = await service.source.query<
      [{ id: string; name: string; party: string; version: number }]
    >(
      `SELECT id, name, party, version FROM peers WHERE class = 'member' AND party = 'Labour' ORDER BY id LIMIT 1`,
    );
    const file = (party: string): string => `id,name,party\n${councillor.id},${councillor.name},${party}\n`;
    // One after the other: each keeps the councillor from the other while it looks.
    const looked = [
      await files.checked('peers', file('Labour')),
      await files.checked('peers', file('Green')),
    ] as const;
    for (const one of looked) {
      expect([one.state, one.counts]).toEqual(['checked', { added: 0, changed: 0, gone: 0, unchanged: 1 }]);
      expect(one.told).toBe(
        'Besides, it gives “party” in 1 row, which is entered, and which you may not see.',
      );
      expect(await files.imports.changes(one.id, '', 0, 9)).toEqual([]);
    }
    const now = async (): Promise<{ party: string; version: number }> =>
      (
        await service.source.query<[{ party: string; version: number }]>(
          'SELECT party, version FROM peers WHERE id = $1',
          [councillor.id],
        )
      )[0];
    // A right guess and a wrong one look alike, entered and taken back.
    for (const [n, party] of ['Labour', 'Green'].entries()) {
      const one = looked[n];
      if (!one) continue;
      const before = await now();
      expect(await files.entered(one)).toMatchObject({ state: 'entered', counts: { changed: 0 } });
      expect(await now()).toEqual({ party, version: before.version + 1 });
      expect(await files.undone(one)).toMatchObject({ state: 'undone', told: '' });
      expect((await now()).party).toBe('Labour');
    }
    const answers = await Promise.all(
      ['Labour', 'Green'].map((party) =>
        service.done('programme', 'post', '/api/peers/import?dryRun=true', file(party)),
      ),
    );
    expect(answers[0]).toEqual(answers[1]);
    // Somebody else gives another party in between: that is no longer what was looked at.
    const one = await files.checked('peers', file('Green'));
    await service.source.query(`UPDATE peers SET party = 'Conservative' WHERE id = $1`, [councillor.id]);
    expect(await files.entered(one)).toMatchObject({ state: 'checked' });
    expect((await now()).party).toBe('Conservative');
  });
});
