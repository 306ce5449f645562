import type { INestApplication } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { getMetadataStorage } from 'class-validator';
import { PROVED, PUBLIC, RULE, type Rule } from '../../src/people/access.js';

export interface Route {
  method: 'get' | 'post' | 'put' | 'delete' | 'patch';
  path: string;
  /** Null for a public one. */
  rule: Rule | null;
  /** Whether it asks for a second step that was proved lately. */
  isProved: boolean;
  /** What its body may hold: the names of its fields, with what may be chosen where there is a choice. */
  fields: Record<string, unknown[]>;
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
        const body = bodyOf(metatype as object, prototype, name);
        return [
          {
            method,
            path: `/${[base, path]
              .map((part) => part.replace(/^\/|\/$/g, ''))
              .filter((part) => part !== '')
              .join('/')}`,
            rule,
            isProved: Reflect.getMetadata(PROVED, handler) !== undefined,
            fields: body ? fieldsOf(body) : {},
          },
        ];
      });
    });
}

const BODY = /^3:(\d+)$/;

/** The class of the body that a handler takes. */
function bodyOf(controller: object, prototype: object, name: string): NewableFunction | null {
  const params = (Reflect.getMetadata('__routeArguments__', controller, name) ?? {}) as object;
  const index = Object.keys(params).flatMap((key) => BODY.exec(key)?.[1] ?? [])[0];
  const types = Reflect.getMetadata('design:paramtypes', prototype, name) as NewableFunction[];
  return index === undefined ? null : (types[Number(index)] ?? null);
}

function fieldsOf(body: NewableFunction): Record<string, unknown[]> {
  const fields: Record<string, unknown[]> = {};
  for (const { propertyName, name, constraints } of getMetadataStorage().getTargetValidationMetadatas(
    body,
    '',
    false,
    false,
  )) {
    const choices = name === 'isIn' ? (constraints[0] as unknown[]) : [];
    fields[propertyName] = [...(fields[propertyName] ?? []), ...choices];
  }
  return fields;
}
