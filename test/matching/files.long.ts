import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { bestTeams } from '../../src/matching/teams/teams.js';
import { poolOf } from '../../src/matching/rules/commitments.js';
import { readProgramme } from '../../src/matching/files/programme-file.js';
import type { Programme } from '../../src/matching/problem/programme.js';
import { ask } from '../../src/matching/problem/question.js';
import { BadInput } from '../../src/matching/files/reader.js';
import { CouncilPoints, seatTerms, seatValue, total } from '../../src/matching/rules/score.js';
import { answerTeams } from '../../src/matching/files/teams-answer.js';
import { everyTeam } from './oracle.js';
import { times } from '../support/figure.js';
import { smallProgramme } from './small-cases.js';

const valid = (): Programme => smallProgramme(12);

function faultsOf(programme: unknown): string[] {
  try {
    readProgramme(JSON.stringify(programme));
    return [];
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    return error.faults.map(({ path, found, allowed }) => `${path} | ${found} | ${allowed}`);
  }
}

/** A copy with one value changed, by path. */
function changed(path: (string | number)[], value: unknown): unknown {
  const copy = structuredClone(valid()) as unknown as Record<string | number, unknown>;
  let at = copy;
  for (const step of path.slice(0, -1)) at = at[step] as typeof at;
  const last = path.at(-1) ?? '';
  if (value === undefined) Reflect.deleteProperty(at, last);
  else at[last] = value;
  return copy;
}

describe('a programme file', () => {
  it('is read when it is valid', () => {
    expect(faultsOf(valid())).toEqual([]);
  });

  it.each([
    [['format'], 'other@1', 'format | "other@1" | critical-friend/programme@1'],
    [['calendar', 'to'], '2027-02-30', 'calendar.to | "2027-02-30" | a day of the calendar as YYYY-MM-DD'],
    [['policy', 'base'], -1, 'policy.base | -1 | a whole number of 0 or more'],
    [['policy', 'kmPerPoint'], 0, 'policy.kmPerPoint | 0 | a whole number of 1 or more'],
    [['policy', 'colour'], 1, 'policy.colour | an unknown key'],
    [['policy', 'repeat'], undefined, 'policy.repeat | nothing | this key is required'],
    [['councils', 0, 'type'], 'village', 'councils[0].type | "village" | district, county'],
    [['councils', 0, 'rural'], 6, 'councils[0].rural | 6 | a whole number from 0 to 5'],
    [['councils', 0, 'population'], 0, 'councils[0].population | 0'],
    [['peers', 1, 'id'], 'P0', 'peers[1].id | "P0" | an id that no other has'],
    [['peers', 0, 'council'], 'nowhere', 'peers[0].council | "nowhere" | the id of a council in this file'],
    [['peers', 0, 'rating'], 11, 'peers[0].rating | 11 | a whole number from 0 to 10'],
    [['peers', 0, 'skills', 'finance'], 6, 'peers[0].skills.finance | 6 | a whole number from 1 to 5'],
    [
      ['peers', 0, 'unavailable'],
      [['2026-10-02', '2026-10-01']],
      'peers[0].unavailable[0] | ["2026-10-02","2026-10-01"]',
    ],
    [
      ['peers', 0, 'unavailable'],
      [['2025-10-02', '2026-10-01']],
      'peers[0].unavailable[0][0] | 2025-10-02 | a date from 2026-04-01 to 2027-03-31',
    ],
    [
      ['challenges', 0, 'windows', 0, 'days'],
      6,
      'challenges[0].windows[0].days | 6 | a whole number from 1 to 5',
    ],
    [['challenges', 0, 'windows', 0, 'start'], '2026-09-12', 'challenges[0].windows[0] | 2026-09-12 to'],
    [
      ['challenges', 0, 'seats', 0, 'party'],
      'most',
      'challenges[0].seats[0].party | "most" | leading, other, any',
    ],
    [
      ['commitments'],
      [{ challenge: 'nothing' }],
      'commitments[0].challenge | "nothing" | the id of a challenge in this file',
    ],
    [['commitments'], [{ challenge: 'H0', window: 'w9' }], 'commitments[0].window | "w9" | w0'],
  ])(
    'with %j as %j is refused with the path, what was found and what is allowed',
    (path, value, expected) => {
      const faults = faultsOf(changed(path, value));
      expect(faults.some((fault) => fault.startsWith(expected))).toBe(true);
    },
  );

  it('is refused for a party that is not a councillor’s', () => {
    const programme = valid();
    const peers = programme.peers.map((peer) => ({ ...peer, class: 'officer' as const, party: 'Labour' }));
    expect(faultsOf({ ...programme, peers })[0]).toMatch(
      /^peers\[0\]\.party \| "Labour" \| null: a party is held for members only/,
    );
  });

  it('is refused for a commitment that breaks a hard rule', () => {
    const broken = Array.from({ length: 50 }, (_, n) => smallProgramme(n + 1)).flatMap((programme) => {
      const [challenge] = programme.challenges;
      const peer = programme.peers.find(({ council }) => council === challenge?.council);
      const seat = challenge?.seats[0]?.id;
      return challenge && peer && seat
        ? [faultsOf({ ...programme, commitments: [{ challenge: challenge.id, seats: { [seat]: peer.id } }] })]
        : [];
    });
    expect(broken.length).toBeGreaterThan(5);
    for (const faults of broken) expect(faults[0]).toMatch(/who meets the bar .*ownCouncil/);
  });

  it('mutated anywhere is read for good cause or refused as bad input, never otherwise', () => {
    const text = JSON.stringify(valid());
    const values = fc.oneof(
      fc.constantFrom(null, true, -1, 0, 1.5, 1e20, '', 'x', '2026-02-30', [], {}, [[]]),
      fc.string(),
      fc.integer(),
    );
    fc.assert(
      fc.property(fc.nat(), values, fc.boolean(), (where, value, drop) => {
        const copy = JSON.parse(text) as Record<string, unknown>;
        const places: [Record<string, unknown>, string][] = [];
        const walk = (node: Record<string, unknown>): void => {
          for (const [key, child] of Object.entries(node)) {
            places.push([node, key]);
            if (typeof child === 'object' && child !== null) walk(child as Record<string, unknown>);
          }
        };
        walk(copy);
        const [node, key] = places[where % places.length] ?? [copy, 'format'];
        if (drop) Reflect.deleteProperty(node, key);
        else node[key] = value;
        for (const fault of faultsOf(copy)) expect(fault).toMatch(/^.+ \| .+ \| .+$/s);
      }),
      { numRuns: times(300, 5000) },
    );
  });
});

describe('the score', () => {
  it('from columns is the sum of the terms, for every peer and seat', () => {
    for (let seed = 1; seed <= times(40, 400); seed++) {
      const programme = smallProgramme(seed);
      const pool = poolOf(programme);
      for (const challenge of programme.challenges) {
        const question = ask(pool, programme.policy, challenge);
        const points = new CouncilPoints(question);
        challenge.seats.forEach((_, s) => {
          const value = seatValue(question, s, points);
          for (let p = 0; p < pool.size; p++) expect(value(p)).toBe(total(seatTerms(question, s, p)));
        });
      }
    }
  });
});

describe('an empty seat', () => {
  it('is explained: every peer falls at one bar, and each relaxation fills it by the exact engine, none larger than needed', () => {
    let [blocked, relaxations] = [0, 0];
    for (let seed = 1; seed <= times(120, 600); seed++) {
      const programme = smallProgramme(seed);
      for (const challenge of programme.challenges) {
        const answer = answerTeams(programme, challenge.id, 1);
        for (const { seat, falls, relaxations: found } of answer.blocked) {
          blocked++;
          relaxations += found.length;
          expect(falls.reduce((sum, { peers }) => sum + peers, 0)).toBe(programme.peers.length);
          expect(answer.teams[0]?.seats[seat]).toBeNull();
          expect(found.every(({ peers }) => peers > 0)).toBe(true);
          const pairs = found.filter(({ changes }) => changes.length === 2);
          expect(pairs.length === 0 || pairs.length === found.length).toBe(true);
        }
      }
    }
    expect(blocked).toBeGreaterThan(200);
    expect(relaxations).toBeGreaterThan(100);
  });

  it('is filled by a relaxation of party, told so exactly where listing every team says so', () => {
    let told = 0;
    for (let seed = 1; seed <= times(150, 800); seed++) {
      const programme = smallProgramme(seed);
      for (const challenge of programme.challenges) {
        for (const { seat, relaxations } of answerTeams(programme, challenge.id, 1).blocked) {
          if (challenge.seats.find(({ id }) => id === seat)?.party === 'any') continue;
          const relaxed = {
            ...challenge,
            seats: challenge.seats.map((other) =>
              other.id === seat ? { ...other, party: 'any' as const } : other,
            ),
          };
          const open = (seats: Record<string, string | null>): number =>
            Object.values(seats).filter((peer) => peer === null).length;
          const best = (one: typeof challenge): Record<string, string | null> =>
            everyTeam(programme, one).reduce((top, team) => (team.score > top.score ? team : top)).seats;
          const after = best(relaxed);
          const fills = after[seat] !== null && open(after) < open(best(challenge));
          const single = relaxations.some(
            ({ changes }) => changes.length === 1 && changes[0]?.change === 'party',
          );
          expect({ seed, single }).toEqual({ seed, single: fills });
          told += single ? 1 : 0;
        }
      }
    }
    expect(told).toBeGreaterThan(3);
  });
});

describe('odd files', () => {
  it('with twelve coverage lines, eight seats and forty windows are answered', () => {
    const programme = smallProgramme(12, times(24, 40));
    const [first] = programme.challenges;
    if (!first) throw new Error('a challenge is needed');
    const seat = {
      positions: ['leader', 'councillor', 'chief', 's151', 'director'],
      party: 'any' as const,
      skills: {},
    };
    const challenge = {
      ...first,
      seats: Array.from({ length: 8 }, (_, s) => ({ ...seat, id: `s${String(s)}` })),
      coverage: Array.from({ length: 50 }, (_, n) => ({
        skill: ['finance', 'governance', 'housing'][n % 3] ?? '',
        level: 1 + (n % 5),
        peers: 1,
      })),
      windows: Array.from({ length: 40 }, (_, w) => ({
        id: `w${String(w)}`,
        start: '2026-09-08',
        days: 1 + (w % 4),
        penalty: w,
      })),
    };
    const [team] = bestTeams(ask(poolOf(programme), programme.policy, challenge), 1);
    expect(team?.team).toHaveLength(8);
  });
});

describe('the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'critical-friend-cli-'));
  const file = join(folder, 'programme.json');
  const answer = join(folder, 'answer.json');
  const cli = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, ['dist/src/cli.js', 'match', ...args], { encoding: 'utf8' });

  it('answers a file and checks the answer, with no database', () => {
    const [challenge] = valid().challenges;
    writeFileSync(file, JSON.stringify(valid()));
    expect(cli('teams', file, '--challenge', challenge?.id ?? '', '--out', answer)).toMatchObject({
      status: 0,
      stderr: '',
    });
    const checked = cli('check', file, answer);
    expect([checked.status, checked.stdout]).toEqual([0, expect.stringContaining('every rule kept')]);
    const forged = JSON.parse(readFileSync(answer, 'utf8')) as { teams: { score: number }[] };
    for (const team of forged.teams) team.score += 1;
    writeFileSync(answer, JSON.stringify(forged));
    const caught = cli('check', file, answer);
    expect([caught.status, caught.stdout]).toEqual([
      1,
      expect.stringMatching(/score: stated -?\d+, computed -?\d+/),
    ]);
  });

  it('ends with 2 and a plain message for bad input', () => {
    writeFileSync(file, JSON.stringify(changed(['policy', 'base'], -1)));
    for (const result of [
      cli('teams', file),
      cli('teams', join(folder, 'none.json')),
      cli('teams', file, '--top', '0'),
      cli('nonsense'),
    ]) {
      expect(result.status).toBe(2);
      expect(result.stderr).not.toMatch(/ {4}at |node_modules/);
      expect(result.stderr.length).toBeGreaterThan(10);
    }
  });
});
