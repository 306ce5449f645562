import type { MigrationInterface, QueryRunner } from 'typeorm';

interface Sentences {
  change: string;
  peers: number;
}

interface Blocked {
  relaxations: (Sentences | { changes: object[]; peers: number })[];
}

/** Reasons and changes are kept as data, and words made of them when they are read. What was kept as sentences stays sentences. */
export class ReasonsAsData1783555200000 implements MigrationInterface {
  name = 'ReasonsAsData1783555200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      UPDATE proposals p SET reasons = jsonb_build_object(
        'seats', coalesce((SELECT jsonb_agg(jsonb_build_object('seat', split_part(r.said, ': ', 1), 'who', NULL,
            'gains', '[]'::jsonb, 'costs', '[]'::jsonb, 'next', NULL, 'said', r.said) ORDER BY r.n)
          FROM jsonb_array_elements_text(p.reasons) WITH ORDINALITY AS r (said, n) WHERE r.said NOT LIKE 'Team: %'), '[]'::jsonb),
        'team', '[]'::jsonb
      ) || coalesce((SELECT jsonb_build_object('said', r.said)
          FROM jsonb_array_elements_text(p.reasons) AS r (said) WHERE r.said LIKE 'Team: %' LIMIT 1), '{}'::jsonb)
    `);
    await eachBlocked(runner, ({ relaxations }) => ({
      relaxations: relaxations.map((one) =>
        'change' in one ? { changes: one.change.split(' and ').map(changeOf), peers: one.peers } : one,
      ),
    }));
  }

  /** Sentences are given back as they were; of reasons that never were sentences nothing can be said. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      UPDATE proposals p SET reasons = coalesce((SELECT jsonb_agg(coalesce(r.seat->>'said', (r.seat->>'seat') || ': .') ORDER BY r.n)
        FROM jsonb_array_elements(p.reasons->'seats') WITH ORDINALITY AS r (seat, n)), '[]'::jsonb)
        || CASE WHEN p.reasons ? 'said' THEN jsonb_build_array(p.reasons->>'said') ELSE '[]'::jsonb END
    `);
    await eachBlocked(runner, ({ relaxations }) => ({
      relaxations: relaxations.map((one) =>
        'changes' in one ? { change: one.changes.map(sentenceOf).join(' and '), peers: one.peers } : one,
      ),
    }));
  }
}

/** Changes every blocked seat of team requests and of plans. Plans are kept as text, so that their order of keys stays. */
async function eachBlocked(runner: QueryRunner, change: (blocked: Blocked) => Blocked): Promise<void> {
  const changed = (blocked: Blocked[]): Blocked[] => blocked.map((one) => ({ ...one, ...change(one) }));
  const requests = (await runner.query(
    `SELECT id, blocked FROM team_requests WHERE blocked <> '[]'::jsonb`,
  )) as { id: string; blocked: Blocked[] }[];
  for (const { id, blocked } of requests)
    await runner.query('UPDATE team_requests SET blocked = $2 WHERE id = $1', [
      id,
      JSON.stringify(changed(blocked)),
    ]);
  const plans = (await runner.query('SELECT id, plan FROM plan_requests WHERE plan IS NOT NULL')) as {
    id: string;
    plan: { blocked: Blocked[] };
  }[];
  for (const { id, plan } of plans)
    await runner.query('UPDATE plan_requests SET plan = $2 WHERE id = $1', [
      id,
      JSON.stringify({ ...plan, blocked: changed(plan.blocked) }),
    ]);
}

/** The four sentences that the engine wrote until now, as data. */
function changeOf(words: string): object {
  const [, skill, from, to] = /^(\S+) level (\d) → (\d|none)$/.exec(words) ?? [];
  if (skill) return { change: 'skill', skill, from: Number(from), to: to === 'none' ? 0 : Number(to) };
  const [, window, days, fewer] = /^window (\S+) one day shorter, (\d+) → (\d+)$/.exec(words) ?? [];
  if (window) return { change: 'window', window, from: Number(days), to: Number(fewer) };
  const [, position] = /^position (\S+) too$/.exec(words) ?? [];
  if (position) return { change: 'position', position };
  return words === 'any party' ? { change: 'party' } : { change: 'said', words };
}

function sentenceOf(change: object): string {
  const { change: what, ...rest } = change as Record<string, string | number>;
  if (what === 'skill')
    return `${String(rest.skill)} level ${String(rest.from)} → ${rest.to === 0 ? 'none' : String(rest.to)}`;
  if (what === 'window')
    return `window ${String(rest.window)} one day shorter, ${String(rest.from)} → ${String(rest.to)}`;
  if (what === 'position') return `position ${String(rest.position)} too`;
  return what === 'party' ? 'any party' : String(rest.words);
}
