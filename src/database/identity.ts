/**
 * SQL for what no copy of a database has in common with its original: the server, the database within it, and a table of it, which a
 * restore makes anew even in the same database.
 */
export const identityBy = (table: string): string =>
  `concat_ws('.', (SELECT system_identifier FROM pg_control_system()), (SELECT oid FROM pg_database WHERE datname = current_database()), '${table}'::regclass::oid)`;
