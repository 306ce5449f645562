import type { WindowWarning } from '../calendar/window-rules.js';
import type { Window } from '../matching/problem/programme.js';
import { badField } from '../web/problems.js';
import type { WindowField } from './challenges.dto.js';

/** A named person lets a visit take place in a pre-election period all the same. */
export interface DayWaiver {
  /** Which days: the first one and how many, as "2027-04-13x4". */
  days: string;
  by: string;
  reason: string;
}

/** What may be waived: the calendar's other bars are days on which nobody works, or on which a body does not exist. */
const WAIVABLE: readonly WindowWarning['rule'][] = ['pre-election'];

/** Days as they are named: a team that was proposed for them never comes to mean others. */
export const nameOfDays = ({ start, days }: Pick<Window, 'start' | 'days'>): string =>
  `${start}x${String(days)}`;

/** The waivers of windows: those known of days that stay, and new ones. Throws a 400 for a name without a reason, or a reason without a name. */
export function waiversOf(known: readonly DayWaiver[], windows: readonly WindowField[]): DayWaiver[] {
  return windows.flatMap(({ waivedBy: by, waivedReason: reason, ...window }, index) => {
    const days = nameOfDays(window);
    if (by && reason) return { days, by, reason };
    if (by) throw badField(`/windows/${String(index)}/waivedReason`, 'is empty; whoever waives says why');
    if (reason) throw badField(`/windows/${String(index)}/waivedBy`, 'is empty; allowed: who waives it');
    return known.find((one) => one.days === days) ?? [];
  });
}

/** What the calendar says of some days, once somebody has waived what may be waived: it is still told, and refuses nothing. */
export function asWaived(
  warnings: readonly WindowWarning[],
  days: string,
  waivers: readonly DayWaiver[],
): WindowWarning[] {
  const waiver = waivers.find((one) => one.days === days);
  if (!waiver) return [...warnings];
  return warnings.map((warning) =>
    warning.severity === 'refused' && WAIVABLE.includes(warning.rule)
      ? {
          ...warning,
          severity: 'warning',
          message: `${warning.message}; waived by ${waiver.by}: ${waiver.reason}`,
        }
      : warning,
  );
}
