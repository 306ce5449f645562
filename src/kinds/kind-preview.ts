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

/** Teams in sum: seats, how many of them are filled, and shares in per cent of those whose peers come from a council. */
export interface Figures {
  seats: number;
  filled: number;
  sameType: number;
  sameRegion: number;
  /** Null where no peer comes from a council. */
  medianMiles: number | null;
  within1_5: number;
  within2_5: number;
}

/** The best teams of a sample of councils by the weights as they are and by changed ones, beside what published teams are like. */
export interface SampleShift {
  kind: string;
  councils: number;
  before: Figures;
  after: Figures;
  published: Omit<Figures, 'seats' | 'filled'>;
}

/** Changed weights, or a changed kind. */
export interface PolicyChange {
  weights?: Policy;
  kind?: { id: string; content: Kind };
}

/** Shows what a change of policy would do to open proposals, and to teams of a sample; given by `proposals`, which stands above. */
export abstract class KindPreview {
  abstract of(change: PolicyChange): Promise<PreviewLine[]>;

  /** What changed weights would do to a sample of councils; null where no kind goes round all of them. */
  abstract sample(weights: Policy): Promise<SampleShift | null>;
}
