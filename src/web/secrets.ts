import { timingSafeEqual } from 'node:crypto';

/** Whether what was sent is the secret, in a time that tells nothing of how much of it is right. */
export function isSame(sent: string, secret: string): boolean {
  const [one, other] = [Buffer.from(sent), Buffer.from(secret)];
  return one.length === other.length && timingSafeEqual(one, other);
}
