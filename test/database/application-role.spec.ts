import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { prepareDatabase } from '../../src/commands/prepare-database.js';
import { ownLogin } from '../../src/database/application-role.js';
import { makeDataSource } from '../../src/data-source.js';
import { asApplication, createDatabase, createEmptyDatabase } from '../support/database.js';

let url: string;
let application: DataSource;
let owner: DataSource;

beforeAll(async () => {
  url = await createDatabase();
  [application, owner] = (await Promise.all(
    [asApplication(url), url].map((one) => makeDataSource(one).initialize()),
  )) as [DataSource, DataSource];
});
afterAll(() => Promise.all([application.destroy(), owner.destroy()]));

describe('what the service may do in its database', () => {
  it.each([
    `UPDATE audit_entries SET actor = 'nobody'`,
    'DELETE FROM audit_entries',
    'TRUNCATE audit_entries',
    'ALTER TABLE audit_entries DISABLE TRIGGER ALL',
    'DROP TABLE audit_entries',
    'DROP FUNCTION refuse_audit_change CASCADE',
    `CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$`,
    `UPDATE audit_waiting SET actor = 'nobody'`,
    'DELETE FROM audit_waiting',
    'DELETE FROM migrations',
    'ALTER TABLE bookings DROP CONSTRAINT bookings_no_overlap',
    'CREATE TABLE more (id int)',
    'SET session_replication_role = replica',
  ])('is not: %s', async (sql) => {
    await expect(application.query(sql)).rejects.toThrow(/permission denied|must be owner/);
  });

  it('is to read and write every row of all the rest', async () => {
    const limited = await application.query<{ name: string }[]>(
      `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname IN ('public', 'bullmq') AND c.relkind = 'r'
         AND NOT (has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE'))
       ORDER BY 1`,
    );
    expect(limited.map(({ name }) => name)).toEqual([
      'audit_checks',
      'audit_entries',
      'audit_waiting',
      'migrations',
    ]);
  });
});

describe('the login of a service that looks after its own database', () => {
  it('opens with the password of this start, and no more with that of the one before', async () => {
    const [first, second] = [await ownLogin(url), await ownLogin(url)];
    const open = async (one: string): Promise<string> => {
      const client = new Client({ connectionString: one });
      await client.connect();
      const { rows } = await client.query<{ who: string }>('SELECT current_user AS who');
      await client.end();
      return rows[0]?.who ?? '';
    };
    expect(await open(second)).toBe('critical_friend_service');
    await expect(open(first)).rejects.toThrow('password authentication failed');
  });
});

describe('migrating', () => {
  it('by somebody who may make no roles makes the tables all the same, where the role is there', async () => {
    const empty = await createEmptyDatabase();
    const server = new Client({ connectionString: empty });
    await server.connect();
    await server.query('CREATE EXTENSION btree_gist');
    await server.query(`CREATE ROLE modest LOGIN PASSWORD 'modest'`);
    await server.query('GRANT ALL ON SCHEMA public TO modest');
    await server.query(`GRANT CREATE ON DATABASE ${new URL(empty).pathname.slice(1)} TO modest`);
    await server.end();
    const modest = Object.assign(new URL(empty), { username: 'modest', password: 'modest' }).href;
    expect(await prepareDatabase(modest)).toBe(true);
    const source = await makeDataSource(asApplication(empty)).initialize();
    await expect(source.query('SELECT count(*) FROM peers')).resolves.toEqual([{ count: '0' }]);
    await source.destroy();
  });
});
