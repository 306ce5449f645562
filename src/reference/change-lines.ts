/** A part of a piece of policy with what it says now and what it would say. */
export interface ChangeLine {
  label: string;
  from: string;
  to: string;
}

/** Parts that say something else than before. */
export const changedOnly = (lines: readonly ChangeLine[]): ChangeLine[] =>
  lines.filter(({ from, to }) => from !== to);
