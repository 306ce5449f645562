import type { CivilDate, DateRange } from '../calendar/dates.js';

/** One body adjoins another. */
export interface Adjoining {
  councilId: string;
  otherId: string;
}

/** One body is a member of another, or belongs to it; perhaps for some days only. */
export interface Belonging {
  councilId: string;
  otherId: string;
  since: CivilDate | null;
  until: CivilDate | null;
}

/** One body follows another. */
export interface Following {
  predecessorId: string;
  successorId: string;
}

/**
 * Which bodies are one house, so that whoever is of one of them is barred from another as from their own: a body, what it is made of,
 * what it belongs to, and whom each of these follows or is followed by, whenever that is. Both ways, and one step: two members of one
 * partnership are two houses.
 */
export class Houses {
  private readonly members = new Map<string, Set<string>>();
  private readonly before = new Map<string, Set<string>>();
  private readonly after = new Map<string, Set<string>>();

  constructor(belongings: readonly Belonging[], followings: readonly Following[], days: DateRange | null) {
    for (const { councilId, otherId, since, until } of belongings) {
      if (days && ((since !== null && since > days.to) || (until !== null && until < days.from))) continue;
      add(this.members, councilId, otherId);
      add(this.members, otherId, councilId);
    }
    for (const { predecessorId, successorId } of followings) {
      add(this.before, successorId, predecessorId);
      add(this.after, predecessorId, successorId);
    }
  }

  /** The bodies that are one house with one, without itself. */
  kinOf(id: string): string[] {
    const line = this.lineOf(id);
    const house = new Set(line);
    for (const one of line)
      for (const other of this.members.get(one) ?? []) for (const its of this.lineOf(other)) house.add(its);
    house.delete(id);
    return [...house];
  }

  /** All that a body follows, step by step. */
  originsOf(id: string): ReadonlySet<string> {
    return reach(this.before, id);
  }

  /**
   * Those who follow the same body, and those who will be one with it: they share people and services, or soon do, and count as
   * neighbours.
   */
  siblingsOf(id: string): string[] {
    const kin = new Set([id, ...this.kinOf(id)]);
    const heirs = reach(this.after, id);
    return [
      ...[...this.originsOf(id)].flatMap((one) => [...reach(this.after, one)]),
      ...[...heirs].flatMap((one) => [...reach(this.before, one)]),
    ].filter((one) => !kin.has(one));
  }

  /** A body, all that it follows, and all that follow it. */
  private lineOf(id: string): Set<string> {
    return new Set([id, ...reach(this.before, id), ...reach(this.after, id)]);
  }
}

/** Every body that adjoins a host or its house, or shares its origin, and is no part of the house itself. */
export function nearOf(hostId: string, houses: Houses, links: readonly Adjoining[]): string[] {
  const house = new Set([hostId, ...houses.kinOf(hostId)]);
  const adjoining = links.filter(({ councilId }) => house.has(councilId)).map(({ otherId }) => otherId);
  return [...new Set([...adjoining, ...houses.siblingsOf(hostId)])].filter((id) => !house.has(id));
}

function add(map: Map<string, Set<string>>, key: string, value: string): void {
  map.set(key, (map.get(key) ?? new Set()).add(value));
}

/** Whatever can be come to from one, step by step. */
function reach(steps: ReadonlyMap<string, ReadonlySet<string>>, from: string): Set<string> {
  const found = new Set<string>();
  const open = [from];
  for (let at = open.pop(); at !== undefined; at = open.pop())
    for (const next of steps.get(at) ?? [])
      if (!found.has(next)) {
        found.add(next);
        open.push(next);
      }
  return found;
}
