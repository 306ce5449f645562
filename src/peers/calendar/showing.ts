import type ICAL from 'ical.js';

/** What an entry says of its time; `cancelled` takes the place of what it was, `free` leaves the time open. */
export type Showing = 'busy' | 'ask' | 'free' | 'cancelled';

/** What Outlook says, which is more than the standard has words for. */
const BY_OUTLOOK: Partial<Record<string, Showing>> = {
  FREE: 'free',
  WORKINGELSEWHERE: 'free',
  TENTATIVE: 'ask',
  BUSY: 'busy',
  OOF: 'busy',
};

/** The whole table: cancelled, else as Outlook says, else free where transparent, "ask me" where tentative, else busy. */
export function showingOf(event: ICAL.Component): Showing {
  const said = (name: string): string => String(event.getFirstPropertyValue(name) ?? '').toUpperCase();
  if (said('status') === 'CANCELLED') return 'cancelled';
  const outlook = BY_OUTLOOK[said('x-microsoft-cdo-busystatus')];
  if (outlook) return outlook;
  if (said('transp') === 'TRANSPARENT') return 'free';
  return said('status') === 'TENTATIVE' ? 'ask' : 'busy';
}

/** What a stretch of published free and busy time says, by its type. */
export function showingOfPeriods(type: string): Showing {
  if (type === 'FREE') return 'free';
  return type === 'BUSY-TENTATIVE' ? 'ask' : 'busy';
}
