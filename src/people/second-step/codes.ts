import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { generateSecret, generateURI, verifySync } from 'otplib';

const ISSUER = 'Critical Friend';
/** A code of the half-minute before or after is taken too, since clocks differ. */
const TOLERANCE_S = 30;
const RECOVERY_CODES = 10;
/** Without letters and figures that are taken for one another. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const RECOVERY_LENGTH = 10;

export const newKey = (): string => generateSecret();

/** What an authenticator app reads from a picture or a link. */
export const appAddress = (key: string, email: string): string =>
  generateURI({ issuer: ISSUER, label: email, secret: key });

/** The half-minute whose code this is, later than the last one that was taken; null for a code that is wrong, too old or was taken already. */
export function stepOf(key: string, code: string, now: Date, after: number): number | null {
  if (!/^\d{6}$/.test(code)) return null;
  const epoch = Math.floor(now.getTime() / 1000);
  const found = verifySync({
    secret: key,
    token: code,
    epoch,
    epochTolerance: TOLERANCE_S,
    afterTimeStep: after,
  });
  return found.valid && 'timeStep' in found ? found.timeStep : null;
}

/** Codes for the day on which the telephone is lost. */
export const newRecoveryCodes = (): string[] =>
  Array.from({ length: RECOVERY_CODES }, () =>
    [...randomBytes(RECOVERY_LENGTH)].map((byte) => LETTERS[byte % LETTERS.length]).join(''),
  );

/** As it was typed: with spaces or dashes, in capitals. */
export const plain = (code: string): string => code.toLowerCase().replace(/[\s-]/g, '');

export const hashOfRecovery = (secret: string, accountId: string, code: string): string =>
  createHmac('sha256', secret)
    .update(`recovery ${accountId} ${plain(code)}`)
    .digest('hex');

const keyFrom = (secret: string): Buffer => Buffer.from(hkdfSync('sha256', secret, '', 'second step', 32));

/** A key as it is stored. */
export function seal(secret: string, key: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', keyFrom(secret), nonce);
  const text = Buffer.concat([cipher.update(key, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64url');
}

/** The key again; null where it was stored under another secret. */
export function unseal(secret: string, sealed: string): string | null {
  const bytes = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', keyFrom(secret), bytes.subarray(0, 12));
  decipher.setAuthTag(bytes.subarray(12, 28));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}
