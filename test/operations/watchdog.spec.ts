import { spawn } from 'node:child_process';
import { once } from 'node:events';

const BUILT = (name: string): string => new URL(`../../src/${name}.js`, import.meta.url).href;

/** A process that watches its loop, and then holds it for so long; what it logged, what it says of itself, and how it ended. */
async function holding(ms: number, deadMs: number): Promise<{ said: string; end: unknown[] }> {
  const script = `
    import { watchLoop, stoodStillLately } from '${BUILT('operations/watchdog')}';
    const log = { warn: ({ ms }, words) => console.log(ms >= 1000, words) };
    watchLoop(log, ${String(deadMs)});
    setTimeout(() => {
      console.log('before', stoodStillLately());
      const until = Date.now() + ${String(ms)};
      while (Date.now() < until);
      setTimeout(() => { console.log('after', stoodStillLately()); process.exit(0); }, 600);
    }, 600);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
  let said = '';
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  return { end: await once(child, 'close'), said };
}

describe('a process', () => {
  it('whose loop stood still for over a second says so in the log, and is not ready for a while', async () => {
    const { said, end } = await holding(1500, 60_000);
    expect(said.split('\n')).toEqual([
      'before false',
      'true the event loop stood still: something worked for too long at a stretch',
      'after true',
      '',
    ]);
    expect(end).toEqual([0, null]);
  });

  it('whose loop stands still for good is ended from outside', async () => {
    const { said, end } = await holding(20_000, 2000);
    expect(end).toEqual([null, 'SIGKILL']);
    expect(said).toContain('The event loop stands still for too long; the process is ended.');
  });

  it('that works in short stretches says nothing', async () => {
    const { said } = await holding(300, 60_000);
    expect(said).toBe('before false\nafter false\n');
  });
});
