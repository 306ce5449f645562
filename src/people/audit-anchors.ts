import { createHmac, timingSafeEqual } from 'node:crypto';

/** How long the audit trail was at an instant, and what its last entry was: kept outside the database, so that nobody there can cut the trail unseen. */
export interface Anchor {
  /** The instant, as RFC 3339 writes it. */
  at: string;
  /** The number of the last entry. */
  entries: number;
  /** Its hash. */
  hash: string;
  /** By which only somebody who knows the secret can have written this. */
  signature: string;
}

const proofOf = (secret: string, { at, entries, hash }: Omit<Anchor, 'signature'>): string =>
  createHmac('sha256', secret)
    .update(`audit anchor ${JSON.stringify([at, entries, hash])}`)
    .digest('hex');

export const signed = (secret: string, anchor: Omit<Anchor, 'signature'>): Anchor => ({
  ...anchor,
  signature: proofOf(secret, anchor),
});

/** Whether an anchor was written by somebody who knows the secret. */
export function isGenuine(secret: string, anchor: Anchor): boolean {
  const [said, proof] = [Buffer.from(anchor.signature), Buffer.from(proofOf(secret, anchor))];
  return said.length === proof.length && timingSafeEqual(said, proof);
}

/** The anchors in a file or log, whatever stands before them on a line, and how many lines have one that cannot be read. */
export function anchorsIn(text: string): { anchors: Anchor[]; unreadable: number } {
  const lines = text.split('\n').filter((line) => line.includes('"auditAnchor"'));
  const anchors = lines
    .map((line) => parsed(/"auditAnchor":(\{[^{}]*\})/.exec(line)?.[1] ?? ''))
    .filter(isAnchor);
  return { anchors, unreadable: lines.length - anchors.length };
}

export const anchorLine = (anchor: Anchor): string => `${JSON.stringify({ auditAnchor: anchor })}\n`;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isAnchor(value: unknown): value is Anchor {
  const { at, entries, hash, signature } = (value ?? {}) as Record<string, unknown>;
  return [at, hash, signature].every((one) => typeof one === 'string') && Number.isInteger(entries);
}
