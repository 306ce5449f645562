import type { WindowWarning } from '../calendar/window-rules.js';
import type { Window } from '../matching/problem/programme.js';
import { badField } from '../web/problems.js';

/** A named person lets a visit take place in a pre-election period all the same. */
export interface DayWaiver {
  /** Which days: the first one and how many, as "2027-04-13x4". */
  days: string;
  /** The bodies of the challenge then: whoever joins it later has a word of its own. */
  hosts: string[];
  by: string;
  reason: string;
}

/** Days with who lets them stand, as somebody gave them. */
interface GivenDays extends Pick<Window, 'start' | 'days'> {
  waivedBy?: string;
  waivedReason?: string;
}

/** What may be waived: the calendar's other bars are days on which nobody works, or on which a body does not exist. */
const WAIVABLE: readonly WindowWarning['rule'][] = ['pre-election'];

/** Days as they are named: a team that was proposed for them never comes to mean others. */
export const nameOfDays = ({ start, days }: Pick<Window, 'start' | 'days'>): string =>
  `${start}x${String(days)}`;

/** Whether somebody may let days stand in spite of it. */
export const isWaivable = ({ severity, rule }: WindowWarning): boolean =>
  severity === 'refused' && WAIVABLE.includes(rule);

/** The waivers of windows: those known of days that stay, and new ones. Throws a 400 for a name without a reason, or a reason without a name. */
export function waiversOf(
  known: readonly DayWaiver[],
  windows: readonly GivenDays[],
  hosts: string[],
): DayWaiver[] {
  return windows.flatMap(({ waivedBy, waivedReason, ...window }, index) => {
    const [days, by, reason] = [nameOfDays(window), waivedBy?.trim(), waivedReason?.trim()];
    if (by && reason) return { days, hosts, by, reason };
    if (by)
      throw badField(
        `/windows/${String(index)}/waivedReason`,
        'no reason is given; allowed: why they may stand',
      );
    if (reason)
      throw badField(`/windows/${String(index)}/waivedBy`, 'nobody is named; allowed: who lets them stand');
    return known.find((one) => one.days === days) ?? [];
  });
}

/** What the calendar says of some days, once somebody has waived what may be waived: it is still told, and refuses nothing. */
export function asWaived(
  warnings: readonly WindowWarning[],
  { days, host }: { days: string; host: string },
  waivers: readonly DayWaiver[],
): WindowWarning[] {
  const waiver = waivers.find((one) => one.days === days && one.hosts.includes(host));
  if (!waiver) return [...warnings];
  return warnings.map((warning) =>
    isWaivable(warning)
      ? {
          ...warning,
          severity: 'warning',
          message: `${warning.message}; waived by ${waiver.by}: ${waiver.reason}`,
        }
      : warning,
  );
}
