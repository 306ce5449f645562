import type { Request } from 'express';
import { draftIn, forgetDrafts, keepDraft } from '../../src/web/drafts.js';

interface Browser {
  session: { save: (done: (fault?: Error) => void) => void };
  saves: (() => void)[];
}

/** A browser whose session is kept when the test says so. */
function browser(): Browser {
  const saves: (() => void)[] = [];
  return { saves, session: { save: (done) => saves.push(done) } };
}

const at = ({ session }: Browser, path: string, draft?: string): Request =>
  ({ session, path, query: draft === undefined ? {} : { draft } }) as unknown as Request;

describe('a form on its way', () => {
  it('leads on only once it is kept: its page is asked for at once', async () => {
    const one = browser();
    const ends: string[] = [];
    const kept = keepDraft(at(one, '/apply'), { name: 'Ann' }).then(({ to }) => {
      ends.push('led on');
      return to;
    });
    await Promise.resolve();
    expect([ends, one.saves.length]).toEqual([[], 1]);
    one.saves[0]?.();
    const [, key] = /^\/apply\?draft=(.+)$/.exec(await kept) ?? [];
    expect(draftIn(at(one, '/apply', key))).toEqual({ name: 'Ann' });
    expect(draftIn(at(one, '/apply'))).toBeNull();
    expect(() => draftIn(at(one, '/elsewhere', key))).toThrow('has been sent, or is not kept any more');
  });

  it('is gone once it is sent, and those of other pages stay', async () => {
    const one = browser();
    const keep = async (path: string): Promise<string> => {
      const kept = keepDraft(at(one, path), { path });
      one.saves.at(-1)?.();
      return (await kept).to.split('=')[1] ?? '';
    };
    const [first, second, other] = [await keep('/a'), await keep('/a'), await keep('/b')];
    const forgotten = forgetDrafts(at(one, '/a'));
    one.saves.at(-1)?.();
    await forgotten;
    for (const key of [first, second]) expect(() => draftIn(at(one, '/a', key))).toThrow();
    expect(draftIn(at(one, '/b', other))).toEqual({ path: '/b' });
  });
});
