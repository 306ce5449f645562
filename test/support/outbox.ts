import type { Person } from './browser.js';
import { eventually, type Service } from './service.js';

/** A message as its receiver has it. */
export interface Sent {
  id: string;
  recipient: string;
  subject: string;
  body: string;
  calendar: string | null;
}

/** Opens an invitation in the outbox, follows its link, answers and reads the receipt. */
export async function answer(peer: Person, { id }: Sent, yes: boolean): Promise<void> {
  await peer.open(`/outbox/${id}`);
  await peer.press(/\/i\//);
  expect(await peer.heading()).toBe('You are asked to join a peer team');
  await peer.press('Continue');
  expect(await peer.text()).toContain('Choose whether you have any link with this council');
  await peer.page.locator('input[name="link"][value="no"]').check();
  await peer.page.locator(`input[name="days"][value="${yes ? 'yes' : 'no'}"]`).check();
  await peer.press('Continue');
  expect(await peer.heading()).toBe('Check your answers');
  await peer.press('Send');
  expect(await peer.heading()).toBe(yes ? 'Your answer is yes' : 'Thank you for telling us');
  await peer.close();
}

/** So many messages with a subject, to somebody or to anybody, once they are sent. */
export function sent(
  service: Service,
  since: Date,
  subject: string,
  count: number,
  to?: string,
): Promise<Sent[]> {
  return eventually(
    async () => {
      const found = (await messages(service, since, subject)).filter(
        ({ recipient }) => to === undefined || recipient === to,
      );
      return found.length >= count && found;
    },
    `${String(count)} messages: ${subject}`,
  );
}

export function messages(service: Service, since: Date, subject: string): Promise<Sent[]> {
  return service.source.query<Sent[]>(
    `SELECT id, recipient, subject, body, calendar FROM messages WHERE state = 'sent' AND created_at > $1 AND subject LIKE $2 ORDER BY created_at, recipient`,
    [since, `%${subject}%`],
  );
}
