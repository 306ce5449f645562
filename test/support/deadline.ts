import { addEventHandler } from 'jest-circus';

/** For a test or a hook that names no time of its own, in milliseconds. */
const USUAL = process.env.FIGURES ? 1_800_000 : 60_000;

/** The runner waits for ever: what hangs fails here, under its own name, and the others go on. */
addEventHandler((event, { currentDescribeBlock: { children, hooks } }) => {
  const last = children.at(-1);
  const made =
    event.name === 'add_test' && last?.type === 'test'
      ? last
      : event.name === 'add_hook'
        ? hooks.at(-1)
        : undefined;
  if (made?.fn) made.fn = within(made.fn as () => unknown, made.timeout ?? USUAL);
});

const within = (work: () => unknown, milliseconds: number) => async (): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`did not end within ${String(milliseconds)} ms`)),
      milliseconds,
    );
  });
  await Promise.race([Promise.resolve().then(work), late]).finally(() => clearTimeout(timer));
};
