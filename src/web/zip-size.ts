import { inflateRawSync } from 'node:zlib';

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
/** A comment at the end of an archive has no more than this. */
const MOST_COMMENT = 65_535;

/**
 * How many bytes an archive comes to when it is unpacked, tried part by part, since what it says of itself need not be true. Infinity
 * once that is more than `most`; null for what is no archive, or a broken one.
 */
export function unpackedSize(file: Uint8Array, most: number): number | null {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.length);
  const end = endOf(bytes);
  if (end === null) return null;
  let sum = 0;
  try {
    let at = bytes.readUInt32LE(end + 16);
    for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
      if (bytes.readUInt32LE(at) !== ENTRY) return null;
      sum += sizeOf(bytes, at, most - sum);
      if (sum > most) return Infinity;
      at += ENTRY_BYTES + [28, 30, 32].reduce((all, field) => all + bytes.readUInt16LE(at + field), 0);
    }
  } catch (error) {
    return (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE' ? Infinity : null;
  }
  return sum;
}

function endOf(bytes: Buffer): number | null {
  for (let at = bytes.length - END_BYTES; at >= Math.max(0, bytes.length - END_BYTES - MOST_COMMENT); at--)
    if (bytes.readUInt32LE(at) === END) return at;
  return null;
}

/** Of one part; throws where it is more than `most`. */
function sizeOf(bytes: Buffer, entry: number, most: number): number {
  const [method, packed, local] = [
    bytes.readUInt16LE(entry + 10),
    bytes.readUInt32LE(entry + 20),
    bytes.readUInt32LE(entry + 42),
  ];
  const start = local + LOCAL_BYTES + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  const part = bytes.subarray(start, start + packed);
  return method === 0 ? part.length : inflateRawSync(part, { maxOutputLength: Math.max(1, most) }).length;
}
