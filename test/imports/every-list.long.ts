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
