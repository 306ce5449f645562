/** How many cases a test tries: some in `npm test`, all of them in the long campaigns. */
export const casesOf = (some: number, all: number): number =>
  process.env.npm_lifecycle_event === 'test:faults' ? all : some;
