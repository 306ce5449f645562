import { AsyncLocalStorage } from 'node:async_hooks';

type Tell = (done: number) => Promise<void>;

const telling = new AsyncLocalStorage<Tell>();

/** Does long work, and has told how far it is; what `tell` throws ends the work. */
export const withProgress = <T>(tell: Tell, work: () => Promise<T>): Promise<T> => telling.run(tell, work);

/** Says how many rows are done, to whoever wants to know. */
export const reached = async (done: number): Promise<void> => telling.getStore()?.(done);
