import { describe, expect, it } from '@jest/globals';
import { Random } from '../../src/matching/problem/random.js';
import { agreedTeams, drawTeams, overlapping, partial, somePeers } from '../support/bookings.js';
import { killWorkers } from '../support/kills.js';
import { Service } from '../support/service.js';

describe('row 1: a worker killed with SIGKILL while it proposes', () => {
  it('40 times', async () => {
    const report = await killWorkers(40, 1);
    console.log(`row 1: ${JSON.stringify(report)}`);
    expect(report).toMatchObject({ kills: 40, lost: 0, doubled: 0 });
  });
});

describe('row 5: overlapping confirmations for one peer', () => {
  it('64 at once, 50 rounds', async () => {
    const service = await Service.start({ worker: false });
    const times: number[] = [];
    let [won, refused] = [0, 0];
    for (let round = 0; round < 50; round++) {
      const [peer = ''] = await somePeers(service.source, 1, 14);
      const challenges = await agreedTeams(
        service.source,
        Array.from({ length: 64 }, (_, n) => ({
          peers: [peer],
          firstDay: `2027-06-0${String(1 + (n % 3))}`,
        })),
      );
      const statuses = await inviteAll(service, challenges, times);
      won += statuses.filter((status) => status === 201).length;
      refused += statuses.filter((status) => status === 409).length;
    }
    console.log(
      `row 5: 50 rounds of 64: ${String(won)} won, ${String(refused)} refused with a next step, ${String(await overlapping(service.source))} overlaps, p99 ${p99(times)} ms`,
    );
    expect([won, refused, await overlapping(service.source)]).toEqual([50, 50 * 63, 0]);
    await service.stop();
  });
});

describe('row 6: overlapping teams', () => {
  it('32 at once, 40 rounds, 5 of 10 peers', async () => {
    const service = await Service.start({ worker: false });
    const random = new Random(5);
    const times: number[] = [];
    let [won, broken] = [0, 0];
    for (let round = 0; round < 40; round++) {
      const challenges = await agreedTeams(
        service.source,
        drawTeams(random, await somePeers(service.source, 10, 0), 32, 5),
      );
      const statuses = await inviteAll(service, challenges, times);
      won += statuses.filter((status) => status === 201).length;
      broken +=
        statuses.filter((status) => status !== 201 && status !== 409).length +
        (await partial(service.source, challenges, 5));
    }
    console.log(
      `row 6: 40 rounds of 32 teams: ${String(won)} whole teams, ${String(broken)} partial or failed, ${String(await overlapping(service.source))} overlaps, p99 ${p99(times)} ms`,
    );
    expect([broken, await overlapping(service.source)]).toEqual([0, 0]);
    await service.stop();
  });
});

async function inviteAll(service: Service, challenges: string[], times: number[]): Promise<number[]> {
  return Promise.all(
    challenges.map(async (id) => {
      const start = performance.now();
      const { status } = await service.send('adviser', 'post', `/api/challenges/${id}/invitations`);
      times.push(performance.now() - start);
      return status;
    }),
  );
}

const p99 = (times: number[]): string =>
  (times.sort((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0).toFixed(0);
