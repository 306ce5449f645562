import { isUtf8 } from 'node:buffer';

/** The ways in which offices save text, by the names that people know. */
export type Encoding = 'UTF-8' | 'UTF-16' | 'Windows-1252';

/** How much of a text is looked at to tell whether every second byte of it is nothing. */
const SAMPLE = 1000;

/** The text of a file, and how it was written: UTF-8 or UTF-16, with a mark or without, or else what Windows writes in western Europe. */
export function decoded(bytes: Uint8Array): { text: string; encoding: Encoding } {
  const [a, b] = bytes;
  if (a === 0xff && b === 0xfe) return utf16(bytes, 'utf-16le');
  if (a === 0xfe && b === 0xff) return utf16(bytes, 'utf-16be');
  const empty = emptyBytes(bytes.subarray(0, SAMPLE));
  if (empty) return utf16(bytes, empty);
  // A decoder takes the mark away by itself.
  return isUtf8(bytes)
    ? { text: new TextDecoder('utf-8').decode(bytes), encoding: 'UTF-8' }
    : { text: windowsText(bytes), encoding: 'Windows-1252' };
}

/** What Windows has from 0x80 to 0x9F, where ISO 8859-1 has nothing; five places are empty. Node's own decoder takes the one for the other. */
const WINDOWS = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** A text that Windows wrote. */
export const windowsText = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('latin1')
    .replace(/[\u0080-\u009f]/g, (sign) => WINDOWS.charAt(sign.charCodeAt(0) - 0x80));

const utf16 = (bytes: Uint8Array, label: string): ReturnType<typeof decoded> => ({
  text: new TextDecoder(label).decode(bytes),
  encoding: 'UTF-16',
});

/** Letters of ours have an empty byte each in UTF-16: which of the two, where there is no mark. */
function emptyBytes(sample: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  const emptyAt = (side: number): number => sample.filter((byte, at) => byte === 0 && at % 2 === side).length;
  const [first, second] = [emptyAt(0), emptyAt(1)];
  if (Math.max(first, second) <= sample.length / 4) return null;
  return second > first ? 'utf-16le' : 'utf-16be';
}
