import { userInfo } from 'node:os';
import { SYSTEM, type Actor } from '../people/access.js';

/** Whoever works at the command line of the server, as the audit trail has it: by the user of the operating system. */
export const operator = (): Actor => ({ ...SYSTEM, id: `operator:${userName()}` });

/** A container may run as a user that has a number only. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
