import type { Question } from '../problem/question.js';

/** What the team terms see of a peer besides the region; peers of one kind differ, for them, in nothing else. */
export interface PeerKind {
  novice: boolean;
  experienced: boolean;
  /** For each coverage line of the challenge, 1 where the peer reaches its level. */
  covers: Uint8Array;
}

/** The kinds of the peers of one challenge, numbered as they are met. */
export class PeerKinds {
  readonly kinds: PeerKind[] = [];
  private readonly byLeaf = new Map<number, number>();
  private readonly tree: (number | undefined)[] = [];
  private nodes = 0;
  private readonly levels: { column: Uint8Array; level: number }[];

  constructor(private readonly question: Question) {
    this.levels = question.challenge.coverage.map(({ skill, level }) => ({
      column: question.pool.levels(skill),
      level,
    }));
  }

  of(p: number): number {
    const reviews = this.question.pool.reviews[p]!;
    const [novice, experienced] = [reviews === 0, reviews >= this.question.policy.experiencedFrom];
    let leaf = this.step(this.step(0, novice), experienced);
    for (const { column, level } of this.levels) leaf = this.step(leaf, column[p]! >= level);
    const known = this.byLeaf.get(leaf);
    if (known !== undefined) return known;
    const covers = Uint8Array.from(this.levels, ({ column, level }) => (column[p]! >= level ? 1 : 0));
    this.byLeaf.set(leaf, this.kinds.length);
    return this.kinds.push({ novice, experienced, covers }) - 1;
  }

  /** One step down a binary tree of yes and no, whose leaves number the combinations met. */
  private step(node: number, yes: boolean): number {
    const at = node * 2 + (yes ? 1 : 0);
    return (this.tree[at] ??= ++this.nodes);
  }
}

/**
 * By two kinds a and b at a × number of kinds + b: 1 where the team terms like a peer of kind a no less than one of kind b, in whatever
 * team.
 */
export function atLeastAsGood(kinds: readonly PeerKind[]): Uint8Array {
  const all = kinds.flatMap((one) => kinds.map((other) => (isAsGood(one, other) ? 1 : 0)));
  return Uint8Array.from(all);
}

function isAsGood(one: PeerKind, other: PeerKind): boolean {
  if ((one.novice && !other.novice) || (other.experienced && !one.experienced)) return false;
  return one.covers.every((covers, line) => covers >= other.covers[line]!);
}
