import type { DataSource } from 'typeorm';
import { Account } from '../../src/people/account.entity.js';
import type { Role } from '../../src/people/permissions.js';
import { PageSession } from './page-session.js';
import { eventually, type Service } from './service.js';

let next = 0;

/** Somebody new who is signed in, with a role and whom it is for. */
export async function signedIn(
  service: Service,
  role: Role,
  scope: Partial<Pick<Account, 'councilId' | 'peerId' | 'party' | 'region'>> = {},
): Promise<PageSession> {
  next++;
  const { id } = await service.source.manager.save(Account, {
    email: `${role}-${String(next)}@people.example`,
    name: `A ${role}`,
    role,
    example: true,
    ...scope,
  });
  return new PageSession(service.app).be(id);
}

/** The version that a page's form carries. */
export const versionOn = (html: string): string => /name="version" value="(\d+)"/.exec(html)?.[1] ?? '';

/** What a page says, without its marks and with single spaces. */
export const saidOn = (html: string): string =>
  html
    .replace(/<[^>]+>/g, ' ')
    .replace(/&#39;|&rsquo;/g, '’')
    .replace(/\s+/g, ' ');

/** The code of one attempt to sign in, as it stands in its message. */
export function codeOf(service: Service, attempt: string): Promise<string> {
  return eventually(async () => {
    const [row] = await service.source.query<{ body: string }[]>(
      `SELECT body FROM messages WHERE cause LIKE 'code-' || $1 || ' %' AND state = 'sent'`,
      [attempt],
    );
    return /Your code is (\d{6})/.exec(row?.body ?? '')?.[1];
  }, 'a code');
}

/** The name of the peer whom the example lets somebody be. */
export async function examplePeer(source: DataSource): Promise<string> {
  const [peer] = await source.query<{ name: string }[]>(
    `SELECT name FROM accounts WHERE role = 'peer' AND example ORDER BY created_at LIMIT 1`,
  );
  return peer?.name ?? '';
}
