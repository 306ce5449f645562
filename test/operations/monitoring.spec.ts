import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Database } from '../../src/database/database.js';
import { countJob, countRequest, measured } from '../../src/operations/metrics.js';
import { Service } from '../support/service.js';

const ALERTS = 'monitoring/alerts.yml';
const hasPromtool = spawnSync('promtool', ['--version']).error === undefined;

/** What expressions of Prometheus ask for: every word that is no function, label or word of the language. */
function metricsIn(expression: string): string[] {
  const bare = expression.replace(/\{[^}]*\}|\[[^\]]*\]|by \([^)]*\)/g, ' ');
  return [...bare.matchAll(/\b[a-z][a-z_0-9]*\b(?!\s*\()/g)]
    .map(([word]) => word)
    .filter((word) => word.includes('_') || word === 'messages');
}

describe('what alerts and the dashboard ask for', () => {
  let service: Service;
  let names: Set<string>;
  beforeAll(async () => {
    service = await Service.start({ worker: false });
    countRequest('GET', '/programme', 200, 12);
    countJob('send-message', 'done', 12);
    const text = await measured(service.app.get(Database), service.settings);
    names = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name));
  });
  afterAll(() => service.stop());

  const isMeasured = (metric: string): boolean => names.has(metric.replace(/_(bucket|count|sum)$/, ''));

  it('is measured, each of it', () => {
    const expressions = [...readFileSync(ALERTS, 'utf8').matchAll(/^ +expr: (.+)$/gm)].map(
      ([, expression = '']) => expression,
    );
    const { panels } = JSON.parse(readFileSync('monitoring/dashboard.json', 'utf8')) as {
      panels: { targets: { expr: string }[] }[];
    };
    const all = [...expressions, ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))];
    expect([expressions.length > 5, panels.length > 5]).toEqual([true, true]);
    for (const expression of all) {
      const metrics = metricsIn(expression);
      expect([expression, metrics.length > 0, metrics.filter((metric) => !isMeasured(metric))]).toEqual([
        expression,
        true,
        [],
      ]);
    }
  });

  it('is said with what is wrong and what to do, in every alert', () => {
    const rules = readFileSync(ALERTS, 'utf8').split('- alert:').slice(1);
    for (const rule of rules)
      expect([rule.split('\n')[0], /summary: \S/.test(rule), /action: \S/.test(rule)]).toEqual([
        rule.split('\n')[0],
        true,
        true,
      ]);
  });

  (hasPromtool ? it : it.skip)('is written as Prometheus reads it', () => {
    const { status, stdout } = spawnSync('promtool', ['check', 'rules', ALERTS], { encoding: 'utf8' });
    expect([status, stdout]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });
});
