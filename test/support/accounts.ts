import { Account } from '../../src/people/account.entity.js';
import type { PageSession } from './page-session.js';
import { saidOn } from './people.js';
import type { Service } from './service.js';

let next = 0;

/** An account that an administrator has added on the page of accounts. */
export async function addedBy(admin: PageSession, { source }: Service, facts: object = {}): Promise<Account> {
  const email = `somebody-${String(++next)}@accounts.example`;
  const sent = await admin.post('/accounts/new', { email, name: 'Somebody', role: 'board', ...facts });
  if (sent.status !== 303) throw new Error(saidOn(sent.text));
  return source.manager.findOneByOrFail(Account, { email });
}
