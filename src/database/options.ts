import { types } from 'pg';
import type { Type } from '@nestjs/common';
import type { DataSourceOptions, ObjectLiteral } from 'typeorm';
import * as migrations from '../../migrations/all.js';
import type { Feature } from '../feature.js';
import { SnakeNames } from './naming.js';

/** Lists of days stay text, as single days do: a day is no instant. */
const DATE_ARRAY = 1182;
types.setTypeParser(DATE_ARRAY as never, (text: string) => text.match(/\d{4}-\d{2}-\d{2}/g) ?? []);

/** The tables of all features. */
export const entitiesOf = (features: Feature[]): Type<ObjectLiteral>[] =>
  features.flatMap(({ entities = [] }) => entities);

/** How many milliseconds a statement may take, by who asks: a page is wanted in a moment, an upgrade takes its time (0: no end). */
const STATEMENT_MS = { web: 10_000, worker: 60_000, tool: 0 };
/** Nobody waits longer for a lock, so that nobody queues up behind whoever does. */
export const LOCK_MS = 2000;

/** The steps of the schema, by name: those that a database of this release has taken. */
export const MIGRATION_NAMES = Object.values(migrations).map(({ name }) => name);

/** How the database is spoken to, over so many connections at most. Statements, locks and idle transactions end by themselves. */
export const dataSourceOptions = (
  url: string,
  entities: Type<ObjectLiteral>[],
  asker: keyof typeof STATEMENT_MS,
  connections: number,
): DataSourceOptions => ({
  type: 'postgres',
  url,
  uuidExtension: 'pgcrypto',
  installExtensions: false,
  namingStrategy: new SnakeNames(),
  entities,
  migrations: Object.values(migrations),
  poolSize: connections,
  extra: {
    keepAlive: true,
    statement_timeout: STATEMENT_MS[asker],
    lock_timeout: LOCK_MS,
    idle_in_transaction_session_timeout: 15_000,
    connectionTimeoutMillis: 10_000,
  },
});
