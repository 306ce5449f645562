import { lookup } from 'node:dns';
import { get } from 'node:https';
import { BlockList, isIP } from 'node:net';
import { badField } from '../web/problems.js';

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
  const url = URL.canParse(text) ? new URL(text.replace(/^webcal:/, 'https:')) : null;
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
export function fetchCalendar(address: string): Promise<string> {
  return new Promise((done, failed) => {
    const request = get(
      address,
      { lookup: outsideOnly, timeout: PATIENCE_MS, signal: AbortSignal.timeout(PATIENCE_MS) },
      (response) => {
        const parts: Buffer[] = [];
        let size = 0;
        if (response.statusCode !== 200)
          request.destroy(new Error(`answered ${String(response.statusCode)}`));
        response.on('data', (part: Buffer) => {
          size += part.length;
          if (size > MOST_BYTES) request.destroy(new Error('too large'));
          parts.push(part);
        });
        response.on('end', () => {
          done(Buffer.concat(parts).toString('utf8'));
        });
      },
    );
    request.on('error', failed);
  });
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
