import type { Feature, FileList, Get } from '../feature.js';
import { scopeFor, type Access, type Actor } from '../people/access.js';
import { headerOf, isColumn } from '../web/csv.js';
import { badField, badInput, Problem } from '../web/problems.js';

/** Every list that may come from a file, gathered from the features that keep them. */
export class Lists {
  private gathered: Map<string, FileList> | null = null;

  constructor(
    private readonly features: Feature[],
    private readonly get: Get,
  ) {}

  /** By name, in the order of the features. */
  get all(): Map<string, FileList> {
    return (this.gathered ??= new Map(
      this.features.flatMap(({ lists }) => (lists ? Object.entries(lists(this.get)) : [])),
    ));
  }

  /** Those that somebody may bring. */
  of(actor: Actor): [name: string, list: FileList][] {
    return [...this.all].filter(([, { action }]) => scopeFor(actor, action));
  }

  /** Throws a 400 for a list that is none. */
  named(name: string): FileList {
    const list = this.all.get(name);
    if (!list)
      throw badInput(`Found the list "${name.slice(0, 60)}"; allowed: ${[...this.all.keys()].join(', ')}.`);
    return list;
  }

  /** What a sheet of a workbook is called that is the list. Throws as `named` does. */
  sheetsOf(name: string): string[] {
    return [name, this.named(name).text];
  }

  /** Whether somebody may bring files of a list. */
  may(actor: Actor, name: string): boolean {
    return scopeFor(actor, this.named(name).action) !== undefined;
  }

  /** What somebody may do with a list. Throws a 403 where that is nothing. */
  accessTo(actor: Actor, name: string): Access {
    const scope = scopeFor(actor, this.named(name).action);
    if (!scope) throw new Problem(403, 'not-allowed', 'A file of this list is brought by others.');
    return { actor, scope };
  }

  /** Throws a 400 for a file that is plainly of another list, by its header. */
  requireKind(name: string, text: string): void {
    const header = headerOf(text);
    const unknownIn = ({ columns }: FileList): number =>
      header.filter((one) => !isColumn(columns, one)).length;
    const other = [...this.all.values()].find((list) => unknownIn(list) === 0);
    const list = this.named(name);
    if (header.length > 0 && unknownIn(list) > 0 && other)
      throw badField(
        '/what',
        `this file looks like “${other.text}”, and “${list.text}” was chosen; choose the kind that it is, or another file`,
      );
  }
}
