import type { Presence, Seat } from './programme.js';

/** The days of a visit on which a seat is wanted, counted from 1; those beyond a short visit fall on its last day. */
export function daysPresent(
  { presence }: { presence?: Presence | undefined },
  days: number,
): { from: number; to: number } {
  const from = Math.min(presence?.from ?? 1, days);
  return { from, to: Math.max(from, Math.min(presence?.to ?? days, days)) };
}

/** What decides on which days a seat is wanted: seats that agree in it are free or not together. */
export const presenceKey = ({ presence, offSite }: Pick<Seat, 'presence' | 'offSite'>): string =>
  offSite ? 'off' : presence ? `${String(presence.from)}-${String(presence.to)}` : '';
