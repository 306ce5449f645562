import type { Policy } from '../matching/problem/programme.js';
import type { Kind } from './kind.js';

/** What a change of policy would do to the proposals of one challenge. */
export interface PreviewLine {
  challengeId: string;
  council: string;
  kind: string;
  /** Scores of the proposals, best first as they stand, before and after. */
  scores: { before: number; after: number }[];
  /** Another of them would be the best. */
  turns: boolean;
}

/** Changed weights, or a changed kind. */
export interface PolicyChange {
  weights?: Policy;
  kind?: { id: string; content: Kind };
}

/** Shows what a change of policy would do to open proposals; given by `proposals`, which stands above. */
export abstract class KindPreview {
  abstract of(change: PolicyChange): Promise<PreviewLine[]>;
}
