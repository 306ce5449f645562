import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DataSource, QueryFailedError, type EntityManager } from 'typeorm';
import type { CivilDate } from '../calendar/dates.js';
import { Clock } from './clock.js';

const MOST_TRIES = 4;
const PAUSE_MS = 25;

type Work<T> = (tx: EntityManager) => Promise<T>;

/** The database, and the time at which what is written to it happens. */
@Injectable()
export class Database {
  /** The transaction that everything done on behalf of one request joins, where it asked for that. */
  private readonly shared = new AsyncLocalStorage<EntityManager>();

  constructor(
    private readonly source: DataSource,
    private readonly clock: Clock,
  ) {}

  /** For reading outside a transaction. */
  get manager(): EntityManager {
    return this.shared.getStore() ?? this.source.manager;
  }

  query<T>(sql: string, parameters?: unknown[]): Promise<T> {
    return this.manager.query<T>(sql, parameters);
  }

  /**
   * Runs work in a transaction: all of it is written, or nothing. Where the database broke it off for a deadlock or a clash of
   * versions, it is done again in a new one, so that the work must not touch anything else. Within `together` it is a part of that
   * transaction: undone by itself where it fails, written only with all of it.
   */
  async transact<T>(work: Work<T>): Promise<T> {
    const shared = this.shared.getStore();
    return shared ? shared.transaction(work) : this.tryAgain(work);
  }

  /** Everything that work asks of this database, however deep, is one transaction: reading sees what was written in it. Within another one it is a part of that. */
  together<T>(work: () => Promise<T>): Promise<T> {
    return this.transact((tx) => this.shared.run(tx, work));
  }

  /** Does work outside of what `together` does: others see it at once, and it stays where that fails. */
  apart<T>(work: () => Promise<T>): Promise<T> {
    return this.shared.exit(work);
  }

  private async tryAgain<T>(work: Work<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.once(work);
      } catch (error) {
        const { code } = ofDriver(error);
        if (tries >= MOST_TRIES || (code !== '40P01' && code !== '40001')) throw error;
        // Two that clashed must not come back at the same moment.
        await pause(tries * PAUSE_MS * (1 + Math.random()));
      }
    }
  }

  now(): Date {
    return this.clock.now();
  }

  /** So many seconds before now. */
  ago(seconds: number): Date {
    return new Date(this.now().getTime() - seconds * 1000);
  }

  /** Today's date in London. */
  today(): CivilDate {
    return this.clock.today();
  }

  private async once<T>(work: Work<T>): Promise<T> {
    let after: Work<void>[] = [];
    const result = await this.source.transaction(async (tx) => {
      const done = await work(tx);
      after = [...followersOf(tx)];
      return done;
    });
    // What was committed stands, whatever happens to what follows it: the sweeper does that again.
    for (const follower of after) await this.source.transaction(follower).catch(() => undefined);
    return result;
  }
}

/**
 * Has work done in a transaction of its own as soon as this one is committed, once however often it is asked for. It is for work
 * that finds by itself what is left to do, since it is lost where the process dies in between.
 */
export function afterCommit(tx: EntityManager, follower: Work<void>): void {
  followersOf(tx).add(follower);
}

function followersOf({ queryRunner }: EntityManager): Set<Work<void>> {
  if (!queryRunner) throw new Error('this is for transactions');
  return ((queryRunner.data as { followers?: Set<Work<void>> }).followers ??= new Set());
}

/** Whether the database refused because of one constraint. */
export const breaks = (error: unknown, constraint: string): boolean =>
  ofDriver(error).constraint === constraint;

/** Whether the database refused because what was to be written breaks one of its rules. */
export const refusedByRules = (error: unknown): boolean => ofDriver(error).code?.startsWith('23') ?? false;

/** Whether somebody else held a lock for longer than anybody should wait. */
export const waitedTooLong = (error: unknown): boolean => ofDriver(error).code === '55P03';

const ofDriver = (error: unknown): { code?: string; constraint?: string } =>
  error instanceof QueryFailedError ? (error.driverError as object) : {};
