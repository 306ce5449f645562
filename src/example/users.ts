import type { DataSource } from 'typeorm';
import { Council } from '../councils/council.entity.js';
import { Peer } from '../peers/peer.entity.js';
import { ApiToken } from '../people/api-token.entity.js';
import { createToken, type TokenFor } from '../people/tokens.js';
import { SIGNED_IN_COUNCIL } from './challenges.js';

/** Somebody to try the service as; the token is known to all, and made in example mode only. */
export interface ExampleUser {
  token: string;
  who: string;
}

/** Makes the example users' tokens where they are not there yet. */
export async function exampleUsers(source: DataSource): Promise<ExampleUser[]> {
  const council = await source.manager.findOneByOrFail(Council, { code: SIGNED_IN_COUNCIL });
  const [peer] = await source.manager.find(Peer, {
    where: { class: 'member', state: 'active' },
    order: { name: 'ASC', id: 'ASC' },
    take: 1,
  });
  const users: [TokenFor, string][] = [
    [{ name: 'adviser', role: 'adviser' }, 'principal adviser, national'],
    [{ name: 'adviser-north-west', role: 'adviser', region: 'North West' }, 'principal adviser, North West'],
    [{ name: 'manager', role: 'manager' }, 'challenge manager'],
    [{ name: 'council', role: 'council', councilId: council.id }, `booking contact of ${council.name}`],
    [{ name: 'approver', role: 'approver', councilId: council.id }, `second approver of ${council.name}`],
    ...(peer ? [[{ name: 'peer', role: 'peer', peerId: peer.id }, `peer ${peer.name}`] as [TokenFor, string]] : []),
    [{ name: 'group', role: 'group', party: 'Labour' }, 'Labour group office'],
    [{ name: 'programme', role: 'programme' }, 'programme manager'],
    [{ name: 'board', role: 'board' }, 'board'],
    [{ name: 'admin', role: 'admin' }, 'administrator'],
  ];
  for (const [whose] of users) {
    const name = `example ${whose.name}`;
    if (!(await source.manager.existsBy(ApiToken, { name })))
      await createToken(source.manager, { ...whose, name }, `example-${whose.name}`);
  }
  return users.map(([{ name }, who]) => ({ token: `example-${name}`, who }));
}
