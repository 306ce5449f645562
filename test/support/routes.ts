import type { INestApplication } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { PUBLIC, RULE, type Rule } from '../../src/people/access.js';

export interface Route {
  method: 'get' | 'post' | 'put' | 'delete' | 'patch';
  path: string;
  /** Null for a public one. */
  rule: Rule | null;
}

const METHODS = ['get', 'post', 'put', 'delete', 'patch'] as const;

/** Every route of the application, from what its controllers declare. */
export function routesOf(app: INestApplication): Route[] {
  return app
    .get(DiscoveryService)
    .getControllers()
    .flatMap(({ instance, metatype }) => {
      const prototype = Object.getPrototypeOf(instance) as Record<string, object>;
      const base = String(Reflect.getMetadata('path', metatype as object));
      return new MetadataScanner().getAllMethodNames(prototype).flatMap((name): Route[] => {
        const handler = prototype[name];
        const path = handler && (Reflect.getMetadata('path', handler) as string | undefined);
        if (!handler || path === undefined) return [];
        const method = METHODS[Reflect.getMetadata('method', handler) as number] ?? 'get';
        const rule =
          Reflect.getMetadata(PUBLIC, handler) === true ? null : (Reflect.getMetadata(RULE, handler) as Rule);
        return [
          {
            method,
            path: `/${[base, path]
              .map((part) => part.replace(/^\/|\/$/g, ''))
              .filter((part) => part !== '')
              .join('/')}`,
            rule,
          },
        ];
      });
    });
}
