import { DataSource } from 'typeorm';
import { FEATURES } from './app.module.js';
import { dataSourceOptions, entitiesOf } from './database/options.js';

/** Commands, tests and the start do one thing after another for the most part. */
const TOOL_CONNECTIONS = 10;

/** The database as the command line, tests and the start read it, without the rest of the service. */
export const makeDataSource = (url: string): DataSource =>
  new DataSource(dataSourceOptions(url, entitiesOf(FEATURES), 'tool', TOOL_CONNECTIONS));
