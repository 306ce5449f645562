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

/** How the database is spoken to. Statements, locks and idle transactions end by themselves. */
export const dataSourceOptions = (
  url: string,
  entities: Type<ObjectLiteral>[],
  poolSize = 10,
): DataSourceOptions => ({
  type: 'postgres',
  url,
  uuidExtension: 'pgcrypto',
  installExtensions: false,
  namingStrategy: new SnakeNames(),
  entities,
  migrations: Object.values(migrations),
  poolSize,
  extra: {
    keepAlive: true,
    statement_timeout: 60_000,
    lock_timeout: 10_000,
    idle_in_transaction_session_timeout: 15_000,
    connectionTimeoutMillis: 10_000,
  },
});
