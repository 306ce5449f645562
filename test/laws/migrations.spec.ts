import { describe, expect, it } from '@jest/globals';
import { makeDataSource } from '../../src/data-source.js';
import { createEmptyDatabase } from '../support/database.js';

describe('the migrations', () => {
  it('make what the entities say, and go back to nothing', async () => {
    const source = await makeDataSource(await createEmptyDatabase()).initialize();
    await source.runMigrations();
    const { upQueries } = await source.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
    for (let left = source.migrations.length; left > 0; left--) await source.undoLastMigration();
    const left = await source.query<{ table_name: string }[]>(
      `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`,
    );
    expect(left.map(({ table_name: name }) => name)).toEqual(['migrations']);
    await source.destroy();
  });
});
