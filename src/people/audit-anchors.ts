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

/**
 * The anchors in a file or log: of each line the one that stands in it as `auditAnchor`; other lines are passed over. Throws an Error for
 * a line that has one and cannot be read.
 */
export function anchorsIn(text: string): Anchor[] {
  return text.split('\n').flatMap((line, n): Anchor[] => {
    if (!line.includes('"auditAnchor"')) return [];
    const anchor = parsed(line)?.auditAnchor;
    if (isAnchor(anchor)) return [anchor];
    throw new Error(`Line ${String(n + 1)} has an anchor that cannot be read.`);
  });
}

export const anchorLine = (anchor: Anchor): string => `${JSON.stringify({ auditAnchor: anchor })}\n`;

function parsed(line: string): { auditAnchor?: unknown } | null {
  try {
    return JSON.parse(line) as { auditAnchor?: unknown };
  } catch {
    return null;
  }
}

function isAnchor(value: unknown): value is Anchor {
  const { at, entries, hash, signature } = (value ?? {}) as Record<string, unknown>;
  return [at, hash, signature].every((one) => typeof one === 'string') && Number.isInteger(entries);
}
