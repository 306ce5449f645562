import { addDays, londonDate, toDayNumber, type CivilDate, type DateRange } from '../../calendar/dates.js';
import type { AvailabilityRange } from '../availability.js';
import type { Taken } from './entries.js';
import { dateOf, DAY, momentOf } from './slots.js';
import { LONDON, remembered } from './zones.js';

/** From this much of a day on, what is in it makes the day busy; less is to be asked about. In minutes. */
export const BUSY_FROM_MINUTES = 120;

/** The days of England that somebody's times make busy, or to be asked about. */
export class TakenDays {
  private readonly whole = new Set<CivilDate>();
  private readonly asked = new Set<CivilDate>();
  /** Stretches of busy time by day, in moments. */
  private readonly parts = new Map<CivilDate, [from: number, to: number][]>();

  constructor(private readonly span: DateRange) {}

  add({ slot, length, showing }: Taken): void {
    if (slot.isDate) {
      const set = showing === 'busy' ? this.whole : this.asked;
      const last = dateOf(slot.wall + Math.max(length.ms, DAY) - 1);
      for (const day of this.within(dateOf(slot.wall), last)) set.add(day);
      return;
    }
    const start = momentOf(slot);
    const end = length.by === 'time' ? start + length.ms : slot.zone(slot.wall + length.ms);
    for (const day of this.within(dayAt(start), dayAt(Math.max(start, end - 1)))) {
      this.asked.add(day);
      if (showing === 'busy')
        this.stretches(day).push([Math.max(start, midnight(day)), Math.min(end, midnight(addDays(day, 1)))]);
    }
  }

  private stretches(day: CivilDate): [number, number][] {
    const known = this.parts.get(day) ?? [];
    this.parts.set(day, known);
    return known;
  }

  private *within(from: CivilDate, to: CivilDate): Generator<CivilDate> {
    const last = to < this.span.to ? to : this.span.to;
    for (let day = from > this.span.from ? from : this.span.from; day <= last; day = addDays(day, 1))
      yield day;
  }

  /** In order, as few as there can be. */
  ranges(): AvailabilityRange[] {
    const ranges: AvailabilityRange[] = [];
    for (const day of [...new Set([...this.whole, ...this.asked])].sort()) {
      const state = this.isBusy(day) ? 'busy' : 'ask';
      const last = ranges.at(-1);
      if (last?.state === state && addDays(last.to, 1) === day) last.to = day;
      else ranges.push({ from: day, to: day, state });
    }
    return ranges;
  }

  private isBusy(day: CivilDate): boolean {
    return this.whole.has(day) || lengthOfAll(this.parts.get(day) ?? []) >= BUSY_FROM_MINUTES * 60_000;
  }
}

/** How long some stretches are together, what lies in two of them counted once. */
function lengthOfAll(stretches: readonly [from: number, to: number][]): number {
  let [sum, until] = [0, -Infinity];
  for (const [from, to] of [...stretches].sort((a, b) => a[0] - b[0])) {
    sum += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return sum;
}

const dayAt = remembered((moment) => londonDate(new Date(moment)));
const midnight = (day: CivilDate): number => LONDON(toDayNumber(day) * DAY);
