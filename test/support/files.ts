import { ImportWork } from '../../src/imports/import-work.service.js';
import type { Import } from '../../src/imports/import.entity.js';
import { ImportsService } from '../../src/imports/imports.service.js';
import { Lists } from '../../src/imports/lists.js';
import { SYSTEM, type Actor } from '../../src/people/access.js';
import type { Service } from './service.js';
import { snapshot } from './snapshot.js';

/** Who brings files. */
export const OFFICE: Actor = { ...SYSTEM, id: 'account:office', role: 'programme', senior: true };
/** The columns of offers. */
export const OFFER = 'council,kind,made_on,answer,reason\n';
/** What only tells what was done, or carries work. */
const APART = [
  'imports',
  'import_writes',
  'outbox_jobs',
  'trail',
  'peer_changes',
  'pool_changes',
  'messages',
];

interface Person {
  id: string;
  name: string;
  email: string;
  phone: string;
  version: number;
}

/** Files that the office brings, each step done at once, as a worker does it. */
export class Files {
  readonly imports: ImportsService;

  constructor(private readonly service: Service) {
    this.imports = service.app.get(ImportsService);
  }

  work = (id: string): Promise<void> => this.service.app.get(ImportWork).work(id);
  now = (id: string): Promise<Import> => this.imports.one(OFFICE, id);

  checked = async (list: string, text: string, about = ''): Promise<Import> => {
    const { id } = await this.imports.receive(OFFICE, list, about, { text, isSheet: false, as: ['UTF-8'] });
    await this.work(id);
    return this.now(id);
  };

  entered = async ({ id, digest }: Import): Promise<Import> => {
    await this.imports.enter(OFFICE, id, digest ?? '');
    await this.work(id);
    return this.now(id);
  };

  undone = async ({ id }: Import): Promise<Import> => {
    await this.imports.undo(OFFICE, id);
    await this.work(id);
    return this.now(id);
  };

  /** A list as it is saved. */
  saved = (list: string, about = ''): Promise<string> =>
    this.service.app.get(Lists).named(list).export({ actor: OFFICE, scope: 'all' }, about);

  /** A fingerprint of all that people work with. */
  held = async (): Promise<Record<string, string>> => {
    const all = await snapshot(this.service.source);
    return Object.fromEntries(Object.entries(all).filter(([table]) => !APART.includes(table)));
  };

  /** One of the pool. */
  person = async (n: number): Promise<Person> => {
    const [one] = await this.service.source.query<[Person]>(
      `SELECT id, name, email, phone, version FROM peers WHERE email IS NOT NULL ORDER BY id OFFSET ${String(n)} LIMIT 1`,
    );
    return one;
  };
}
