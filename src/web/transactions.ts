import { QueryFailedError, type DataSource, type EntityManager } from 'typeorm';

const MOST_TRIES = 3;

/** Runs work in a transaction; where the database broke it off for a deadlock or a clash of versions, again in a new one. */
export async function transact<T>(source: DataSource, work: (tx: EntityManager) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await source.transaction(work);
    } catch (error) {
      const { code } = ofDriver(error);
      if (tries >= MOST_TRIES || (code !== '40P01' && code !== '40001')) throw error;
    }
  }
}

/** Whether the database refused because of one constraint. */
export const breaks = (error: unknown, constraint: string): boolean => ofDriver(error).constraint === constraint;

const ofDriver = (error: unknown): { code?: string; constraint?: string } =>
  error instanceof QueryFailedError ? (error.driverError as object) : {};
