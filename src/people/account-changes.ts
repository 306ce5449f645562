import type { Account } from './account.entity.js';
import { ROLE_NAMES } from './permissions.js';

type Known = Pick<
  Account,
  'email' | 'role' | 'region' | 'councilId' | 'party' | 'peerId' | 'state' | 'senior'
>;

const SCOPES = ['region', 'councilId', 'party', 'peerId'] as const;

/** What the owner of an account is told of a change, in sentences; empty where it is nothing to them. */
export function changeWords(before: Known, now: Known): string {
  const said = [
    before.email !== now.email &&
      `You sign in with the address ${now.email} from now on, and are signed out everywhere.`,
    before.role !== now.role &&
      `You were ${ROLE_NAMES[before.role]}, and act as ${ROLE_NAMES[now.role]} from now on: sign in again for that.`,
    SCOPES.some((scope) => before[scope] !== now[scope]) &&
      'Which council, region or group you act for was changed.',
    before.senior !== now.senior &&
      (now.senior
        ? 'You see what is told in confidence in all regions.'
        : 'You no longer see what is told in confidence in all regions.'),
    before.state !== now.state &&
      (now.state === 'disabled' ? 'You cannot sign in any more.' : 'You may sign in again.'),
  ];
  return said.filter((sentence) => sentence !== false).join(' ');
}
