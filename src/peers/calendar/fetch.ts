import { lookup } from 'node:dns';
import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { BlockList, isIP } from 'node:net';
import { badField } from '../../web/problems.js';

const MOST_BYTES = 2_000_000;
const PATIENCE_MS = 15_000;

/** Addresses that lead back to ourselves or into the house: nothing is fetched from them, whatever name they hide behind. */
const INSIDE = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  INSIDE.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of [
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  // Teredo and 6to4 lead on to whatever IPv4 address they hold.
  ['2001::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  INSIDE.addSubnet(net, bits, 'ipv6');

/** Whether an IP address is one of the world outside. */
export function isOutside(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return isOutside(mapped);
  const family = isIP(address);
  return family !== 0 && !INSIDE.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** The address of a calendar to subscribe to. Throws a 400 for one that is not https, or names a host of the inside. */
export function calendarAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text.replace(/^webcal:/i, 'https:')) : null;
  const host = url?.hostname.replace(/^\[|\]$/g, '') ?? '';
  const fits =
    url?.protocol === 'https:' &&
    url.username === '' &&
    url.password === '' &&
    (isIP(host) === 0 ? host.includes('.') : isOutside(host));
  if (!url || !fits)
    throw badField(
      '/url',
      'found an address that cannot be read; allowed: one that begins with https://, as your calendar shows it for sharing',
    );
  return url.href;
}

/**
 * Reads a subscribed calendar. The name is looked up once and the connection goes to that very address, which must be outside;
 * redirects are not followed. Throws an Error for anything but a calendar of at most 2 MB within 15 seconds.
 */
export function fetchCalendar(address: string): Promise<Buffer> {
  return calendarFrom(get(address, { lookup: outsideOnly, signal: AbortSignal.timeout(PATIENCE_MS) }));
}

/**
 * The body of what a request is answered with. Throws an Error in every other case: another status, too much, an answer that is cut, and
 * when the signal of the request comes.
 */
export async function calendarFrom(request: ClientRequest): Promise<Buffer> {
  try {
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    if (response.statusCode !== 200) throw new Error(`answered ${String(response.statusCode)}`);
    const parts: Buffer[] = [];
    let size = 0;
    for await (const part of response as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > MOST_BYTES) throw new Error('too large');
      parts.push(part);
    }
    return Buffer.concat(parts);
  } finally {
    // What comes after is nobody's concern any more.
    request.on('error', () => undefined).destroy();
  }
}

const outsideOnly: NonNullable<Parameters<typeof get>[1]['lookup']> = (host, options, answer) => {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    const outside = error ? [] : addresses.filter(({ address }) => isOutside(address));
    const [first] = outside;
    if (!first) answer(error ?? new Error('not an address of the world outside'), '', 0);
    else if (options.all) answer(null, outside);
    else answer(null, first.address, first.family);
  });
};
