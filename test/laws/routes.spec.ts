import { routesOf, type Route } from '../support/routes.js';
import { Service } from '../support/service.js';

let service: Service;
beforeAll(async () => {
  service = await Service.start({ worker: false });
});
afterAll(() => service.stop());

/** Whether every address of one route is an address of another too. */
function covers(wide: string, narrow: string): boolean {
  const [a, b] = [wide.split('/'), narrow.split('/')];
  return a.length === b.length && a.every((part, n) => part.startsWith(':') || part === b[n]);
}

describe('a route', () => {
  it('answers at its own address, wherever its module stands in the list', () => {
    const routes: Route[] = routesOf(service.app);
    const hidden = routes.flatMap((route, n) =>
      routes
        .slice(0, n)
        .filter(({ method, path }) => method === route.method && covers(path, route.path))
        .map(({ path }) => `${route.method} ${route.path} is behind ${path}`),
    );
    expect(routes.length).toBeGreaterThan(250);
    expect(hidden).toEqual([]);
  });
});
