import { decoded } from '../../web/decoded.js';

const [CR, LF, SPACE, TAB] = [13, 10, 32, 9];

/** The text of a calendar file, its lines whole again: they may be folded in the middle of a letter, so that bytes are joined first. */
export function unfolded(file: Uint8Array): string {
  const bytes = Buffer.alloc(file.length);
  let length = 0;
  for (let at = 0; at < file.length; at++) {
    const isFold = (end: number): boolean =>
      (file[end] === LF || file[end] === CR) && (file[end + 1] === SPACE || file[end + 1] === TAB);
    if (isFold(at)) at++;
    else if (file[at] === CR && file[at + 1] === LF && isFold(at + 1)) at += 2;
    else bytes[length++] = file[at] ?? 0;
  }
  return decoded(bytes.subarray(0, length)).text;
}
