import type { Confirmations, Feature } from '../feature.js';

/** What pages say after a step, gathered from the features that take it. */
export class ConfirmationWords {
  private readonly words: Confirmations;

  constructor(features: Feature[]) {
    this.words = Object.assign({}, ...features.map(({ confirmations }) => confirmations)) as Confirmations;
  }

  /** Undefined for a step that nobody takes. */
  of(step: string): Confirmations[string] | undefined {
    return Object.hasOwn(this.words, step) ? this.words[step] : undefined;
  }
}
