import { AsyncLocalStorage } from 'node:async_hooks';

const requests = new AsyncLocalStorage<string>();

/** Does some work on behalf of a request, so that the jobs that it puts in, and those that they put in, name it in the log. */
export const onBehalfOf = <T>(request: string | undefined, work: () => T): T =>
  request === undefined ? work() : requests.run(request, work);

/** The id of the request on whose behalf something is done; undefined for what time brings. */
export const requestNow = (): string | undefined => requests.getStore();
