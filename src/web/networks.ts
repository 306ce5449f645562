import type { Request } from 'express';

const GROUPS = 8;
/** Of IPv6 each household has billions of addresses: what is counted is its network, a /64; what is logged a /48. */
const [COUNTED, LOGGED] = [4, 3];

const FOUR = /^(?:::ffff:)?(\d{1,3}(?:\.\d{1,3}){3})(?::\d+)?$/i;

/** From where a request comes, as it is counted: an address, or of IPv6 its network. */
export function networkOf({ ip = '' }: Pick<Request, 'ip'>): string {
  return FOUR.exec(ip)?.[1] ?? groupsOf(ip).slice(0, COUNTED).join(':');
}

/** An address without its last part, so that it says from which network something came and names no machine: a /24 of IPv4, a /48 of IPv6. */
export function shortened(address: string): string {
  const four = FOUR.exec(address)?.[1];
  return four ? four.replace(/\d+$/, '0') : `${groupsOf(address).slice(0, LOGGED).join(':')}::`;
}

/** The groups of an address of IPv6, whichever way it is written, with or without a port. */
function groupsOf(address: string): string[] {
  const bare = /^\[([^\]]*)\]/.exec(address)?.[1] ?? address;
  const [before = '', after] = bare.toLowerCase().split('::');
  const [first, last] = [before, after ?? ''].map((part) => part.split(':').filter((group) => group !== ''));
  const missing = after === undefined ? 0 : Math.max(0, GROUPS - (first?.length ?? 0) - (last?.length ?? 0));
  return [...(first ?? []), ...Array<string>(missing).fill('0'), ...(last ?? [])].map((group) =>
    group.replace(/^0+(?=.)/, ''),
  );
}
