import type { DataSource } from 'typeorm';
import { Council } from '../councils/council.entity.js';
import { Peer } from '../peers/peer.entity.js';
import { Account } from '../people/account.entity.js';
import { ApiToken } from '../people/api-token.entity.js';
import { aYearFrom, createToken, type TokenFor } from '../people/tokens.js';
import { SIGNED_IN_COUNCIL } from './challenges.js';

/** Somebody to try the service as; the token is known to all, and made in example mode only. */
export interface ExampleUser {
  token: string;
  who: string;
}

/** Named to read signals; a token of the same role is not. */
const SENIOR = 'senior';

/** Makes the example users' accounts and tokens where they are not there yet. */
export async function exampleUsers(source: DataSource): Promise<ExampleUser[]> {
  const council = await source.manager.findOneByOrFail(Council, { code: SIGNED_IN_COUNCIL });
  const peer = await shownPeer(source);
  const users = usersOf(council, peer);
  for (const [whose, personName] of users) {
    const name = `example ${whose.name}`;
    if (!(await source.manager.existsBy(ApiToken, { name })))
      await createToken(
        source.manager,
        { ...whose, name, example: true, expiresAt: aYearFrom(new Date()) },
        `example-${whose.name}`,
      );
    const { role, region = null, councilId = null, peerId = null, party = null } = whose;
    const email = whose.peerId && peer?.email ? peer.email : `${whose.name}@users.example`;
    if (!(await source.manager.existsBy(Account, { email })))
      await source.manager.insert(Account, {
        email,
        name: personName,
        role,
        region,
        councilId,
        peerId,
        party,
        example: true,
        senior: whose.name === SENIOR,
        telephone: TELEPHONES[whose.name] ?? null,
        version: 1,
      });
  }
  await assignManager(source);
  return users.map(([{ name }, , who]) => ({ token: `example-${name}`, who }));
}

/** The member peer who has most to see: an invitation that waits, a visit to come; the first by name of those. */
async function shownPeer(source: DataSource): Promise<Peer | undefined> {
  const count = (state: string): string =>
    `(SELECT count(*) FROM bookings b WHERE b.peer_id = p.id AND b.live AND b.state = '${state}' AND b.last_day > current_date)`;
  const [shown] = await source.query<{ id: string }[]>(
    `SELECT p.id FROM peers p WHERE p.class = 'member' AND p.state = 'active' ORDER BY least(${count('held')}, 1) DESC, ${count('booked')} DESC, p.name, p.id LIMIT 1`,
  );
  return shown && source.manager.findOneByOrFail(Peer, { id: shown.id });
}

/** Who books for the council that one may sign in for. */
export const BOOKING_CONTACT = 'Mei Chapman';

/** Numbers that are given to nobody: Ofcom keeps them for drama. */
const TELEPHONES: Record<string, string> = {
  adviser: '020 7946 0123',
  'adviser-south-west': '0117 496 0123',
  'adviser-north-west': '0161 496 0123',
  manager: '0113 496 0123',
};

type User = [Omit<TokenFor, 'expiresAt'>, name: string, who: string];

const peerUser = ({ id, name }: Peer): User => [
  { name: 'peer', role: 'peer', peerId: id },
  name,
  `peer ${name}`,
];

/** Everybody by token, name and what they are. */
function usersOf(council: Council, peer: Peer | undefined): User[] {
  return [
    [{ name: 'adviser', role: 'adviser' }, 'Ruth Adeyemi', 'principal adviser, national'],
    [
      { name: 'adviser-south-west', role: 'adviser', region: 'South West' },
      'Owen Pearce',
      'principal adviser, South West',
    ],
    [
      { name: 'adviser-north-west', role: 'adviser', region: 'North West' },
      'Nadia Shah',
      'principal adviser, North West',
    ],
    [{ name: 'manager', role: 'manager' }, 'Graham Lloyd', 'challenge manager'],
    [
      { name: 'council', role: 'council', councilId: council.id },
      BOOKING_CONTACT,
      `booking contact of ${council.name}`,
    ],
    [
      { name: 'approver', role: 'approver', councilId: council.id },
      'Cllr Hugh Baker',
      `second approver of ${council.name}`,
    ],
    ...(peer ? [peerUser(peer)] : []),
    [{ name: 'lead', role: 'lead', party: 'Labour' }, 'Cllr Tariq Mensah', 'lead member peer, Labour'],
    [{ name: 'group', role: 'group', party: 'Labour' }, 'Carys Webb', 'Labour group office'],
    [{ name: 'programme', role: 'programme' }, 'Usha Patel', 'programme manager'],
    [{ name: 'board', role: 'board' }, 'Daniel Quinn', 'board'],
    [{ name: 'senior', role: 'board' }, 'Helen Osei', 'board, sees what is told in confidence'],
    [{ name: 'admin', role: 'admin' }, 'Ben Marsh', 'administrator'],
  ];
}

/** The example manager runs one challenge a week, that of the signed-in council before others. */
async function assignManager(source: DataSource): Promise<void> {
  await source.query(
    `INSERT INTO challenge_people (challenge_id, account_id, role)
     SELECT x.id, a.id, 'manager' FROM accounts a, (
       SELECT DISTINCT ON (date_trunc('week', c.first_day::timestamp)) c.id FROM challenges c JOIN councils h ON h.id = c.council_id
       WHERE c.first_day IS NOT NULL AND c.state IN (SELECT state FROM challenge_states WHERE live) AND c.last_day - c.first_day < 5
       ORDER BY date_trunc('week', c.first_day::timestamp), h.code <> $1, c.id) x
     WHERE a.email = 'manager@users.example' AND NOT EXISTS (SELECT FROM challenge_people)`,
    [SIGNED_IN_COUNCIL],
  );
}
