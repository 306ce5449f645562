import type { Challenge } from '../challenges/challenge.entity.js';
import type { Kind } from '../kinds/kind.js';
import type { Actor } from '../people/access.js';
import type { Role } from '../people/permissions.js';

/** Whose consent a team has: the council's by word or by silence, and the second approver's where the kind asks for it. */
export interface Approval {
  by: 'council' | 'second' | 'silence';
  /** Which body of a joint challenge speaks; absent where it is of one only, or where staff speak for all. */
  of?: string;
  actor: string;
  at: string;
}

/** Whose consent a team needs: every body's that the challenge is of, and where wanted each second approver's. */
export interface Wanted {
  second: boolean;
  hosts: readonly string[];
}

/** A consent as far as it counts: by whom, and for which body. */
interface Given {
  by: string;
  of?: string | null;
}

/** Whether a consent is among some, for a body where one is named. */
export const hasConsent = (approvals: readonly Given[], by: Approval['by'], of?: string): boolean =>
  approvals.some((one) => one.by === by && (of === undefined || (one.of ?? of) === of));

/** The bodies of which a consent is missing. */
export const silentOf = (approvals: readonly Given[], { second, hosts }: Wanted): string[] =>
  hosts.filter(
    (of) => !hasConsent(approvals, 'council', of) || (second && !hasConsent(approvals, 'second', of)),
  );

/** Whose consent the team of a challenge needs. */
export const wantedFor = (
  { councilId, partnerIds }: Pick<Challenge, 'councilId' | 'partnerIds'>,
  { secondApproval }: Pick<Kind, 'secondApproval'>,
): Wanted => ({ second: secondApproval, hosts: [councilId, ...partnerIds] });

/** For which body of a joint challenge somebody speaks; undefined where it is of one only, and of staff. */
export const speaksFor = (
  { councilId: of }: Pick<Actor, 'councilId'>,
  { councilId, partnerIds }: Pick<Challenge, 'councilId' | 'partnerIds'>,
): string | undefined =>
  of !== null && partnerIds.length > 0 && [councilId, ...partnerIds].includes(of) ? of : undefined;

/** As whom a role consents to a team: a second approver by themselves, everybody else for the council. */
export const consentOf = (role: Role): Approval['by'] => (role === 'approver' ? 'second' : 'council');

/** Whether somebody's word on the team is waited for. */
export function asksFor(
  actor: Pick<Actor, 'role' | 'councilId'>,
  challenge: Pick<Challenge, 'councilId' | 'partnerIds'>,
  { secondApproval, given }: { secondApproval: boolean; given: readonly Given[] },
): boolean {
  const [by, of] = [consentOf(actor.role), speaksFor(actor, challenge)];
  return !hasConsent(given, by, of) && (by === 'council' || secondApproval);
}
