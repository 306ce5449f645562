import 'reflect-metadata';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Type } from '@nestjs/common';
import { FEATURES } from '../../src/app.module.js';
import { workOf } from '../../src/jobs/worker.js';
import { QUEUE_OF } from '../../src/jobs/names.js';

const SRC = new URL('../../../src/', import.meta.url).pathname;
/** What the modules that are for all give to everybody. */
const FOR_ALL = [
  ...['Settings', 'Clock', 'Database', 'Reflector', 'DiscoveryService', 'Logger'],
  ...['EmptySeats', 'KindPreview', 'KeptPool', 'ConfirmationWords', 'Lists'],
];

type Provider = Type | { provide: Type | string; useClass?: Type };

const metadata = <T>(key: string, of: Type): T[] => (Reflect.getMetadata(key, of) ?? []) as T[];
const classOf = (provider: Provider): Type | undefined =>
  typeof provider === 'function' ? provider : provider.useClass;
const needsOf = (of: Type): Type[] => metadata<Type>('design:paramtypes', of);

const modules = FEATURES.map((feature) => ({
  name: feature.name,
  imports: metadata<Type>('imports', feature),
  providers: metadata<Provider>('providers', feature).flatMap((one) => classOf(one) ?? []),
  controllers: metadata<Type>('controllers', feature),
  /** What it asks for itself, to add what follows from it. */
  own: needsOf(feature),
  exports: metadata<Type>('exports', feature),
}));

describe('a module', () => {
  it('injects only what is its own, or what another exports to it', () => {
    const wrong = modules.flatMap(({ name, imports, providers, controllers }) => {
      const given = new Set([
        ...FOR_ALL,
        ...providers.map((one) => one.name),
        ...imports.flatMap((one) => metadata<Type>('exports', one).map((provider) => provider.name)),
      ]);
      return [...providers, ...controllers].flatMap((one) =>
        needsOf(one)
          .filter((need) => !given.has(need.name))
          .map((need) => `${name}: ${one.name} needs ${need.name}`),
      );
    });
    expect(wrong).toEqual([]);
    expect(modules.flatMap(({ controllers }) => controllers).length).toBeGreaterThan(60);
  });

  it('exports only what somebody else injects', () => {
    const idle = modules.flatMap((module) =>
      module.exports
        .filter((provider) =>
          modules.every(
            (other) =>
              other === module ||
              (!other.own.includes(provider) &&
                [...other.providers, ...other.controllers].every((one) => !needsOf(one).includes(provider))),
          ),
        )
        .map((provider) => `${module.name} exports ${provider.name}`),
    );
    // The worker takes jobs to the queue by it.
    expect(idle).toEqual([]);
  });

  it('asks for four things at most in a constructor', () => {
    const many = modules
      .flatMap(({ providers, controllers }) => [...providers, ...controllers])
      .filter((one) => needsOf(one).length > 4)
      .map((one) => `${one.name}: ${String(needsOf(one).length)}`);
    expect(many).toEqual([]);
  });
});

describe('what modules bring', () => {
  const works = workOf(FEATURES, () => ({}) as never);

  it('handles every job once, but for the steps of the day, which ask them all', () => {
    const handled = works.flatMap(({ handlers = {} }) => Object.keys(handlers));
    expect([...handled, 'daily-step'].sort()).toEqual(Object.keys(QUEUE_OF).sort());
  });

  it('has words for every page of confirmation that a form leads to', () => {
    const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /\.ts$/.test(file),
    );
    const asked = files.flatMap((file) =>
      [...readFileSync(join(SRC, file), 'utf8').matchAll(/paths\.done\(([^)]*)\)/g)].flatMap(
        ([, given = '']) => [...given.matchAll(/'([a-z-]+)'/g)].map(([, step]) => step),
      ),
    );
    const told = FEATURES.flatMap(({ confirmations = {} }) => Object.keys(confirmations));
    expect(asked.length).toBeGreaterThan(8);
    expect(new Set(asked)).toEqual(new Set(told));
    expect(new Set(told).size).toBe(told.length);
  });

  it('names each constraint that the database knows, and no other', async () => {
    const { makeDataSource } = await import('../../src/data-source.js');
    const { createDatabase } = await import('../support/database.js');
    const source = await makeDataSource(await createDatabase()).initialize();
    const rows = await source.query<{ name: string }[]>(
      `SELECT conname AS name FROM pg_constraint UNION SELECT indexname FROM pg_indexes WHERE schemaname = 'public'`,
    );
    await source.destroy();
    const known = new Set(rows.map(({ name }) => name));
    const told = FEATURES.flatMap(({ refusals = {} }) => Object.keys(refusals));
    expect(told.length).toBeGreaterThan(5);
    expect(told.filter((name) => !known.has(name))).toEqual([]);
  });
});
