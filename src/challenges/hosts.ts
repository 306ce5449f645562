import { In, type EntityManager } from 'typeorm';
import type { CivilDate } from '../calendar/dates.js';
import { Council } from '../councils/council.entity.js';
import { badField } from '../web/problems.js';
import type { Challenge, ChallengeMode } from './challenge.entity.js';
import { IN_ORDER, PERSON_ROLE_NAMES, type PersonRole } from './challenge-person.entity.js';

/** Bodies that one challenge may be of besides the one that booked it. */
const MOST_PARTNERS = 5;

/** How a team meets its hosts, as pages say it. */
export const MODE_NAMES: Record<ChallengeMode, string> = {
  on_site: 'On site',
  remote: 'Remote: without a visit on site',
  hybrid: 'Hybrid: partly on site',
};

/** The ids of all bodies that a challenge is of, the one that booked it first. */
export const hostIdsOf = ({
  councilId,
  partnerIds,
}: Pick<Challenge, 'councilId' | 'partnerIds'>): string[] => [councilId, ...partnerIds];

/** Where a query of challenges `c` and their first bodies `h` has what scopes are narrowed by. */
export const SCOPE_COLUMNS = { region: 'h.region', council: 'c.council_id', partners: 'c.partner_ids' };

/** In SQL, the names of all bodies that a challenge `c` is of, the one that booked it first: "A, B and C". */
export const HOSTS = `(SELECT concat_ws(' and ', nullif(array_to_string(y.names[:y.n - 1], ', '), ''), y.names[y.n]) FROM (
  SELECT array_agg(x.name ORDER BY x.id <> c.council_id, x.name) AS names, count(*)::int AS n FROM councils x
  WHERE x.id = c.council_id OR x.id = ANY(c.partner_ids)) y)`;

/** With whom a challenge is, and how, as pages and mails say it. */
export interface Hosts {
  /** The names of all bodies, within a sentence. */
  hosts: string;
  /** Null for what is on site, as is usual. */
  how: string | null;
  /** What a calendar gives as the place. */
  place: string;
}

/** What a calendar gives as the place of a visit to some bodies. */
export const placeOf = (mode: ChallengeMode, hosts: string): string => (mode === 'remote' ? 'Remote' : hosts);

/** Says it of a challenge. */
export async function hostsOf(
  tx: EntityManager,
  { id, mode }: Pick<Challenge, 'id' | 'mode'>,
): Promise<Hosts> {
  const [row] = await tx.query<{ names: string }[]>(
    `SELECT ${HOSTS} AS names FROM challenges c WHERE c.id = $1`,
    [id],
  );
  const hosts = row?.names ?? '';
  return {
    hosts,
    how: mode === 'on_site' ? null : MODE_NAMES[mode],
    place: placeOf(mode, hosts),
  };
}

/** The names of all bodies of some challenges whose first bodies are read already, by challenge. */
export async function hostsByChallenge(
  tx: EntityManager,
  challenges: readonly Challenge[],
): Promise<Map<string, string>> {
  const names = new Map(challenges.map(({ id, council }) => [id, council?.name ?? '']));
  const joint = challenges.filter(({ partnerIds }) => partnerIds.length > 0).map(({ id }) => id);
  if (joint.length === 0) return names;
  const rows = await tx.query<{ id: string; names: string }[]>(
    `SELECT c.id, ${HOSTS} AS names FROM challenges c WHERE c.id = ANY($1)`,
    [joint],
  );
  for (const row of rows) names.set(row.id, row.names);
  return names;
}

/** Who comes besides the team, or works for it off site, in the order of what they are. */
export async function comingTo(tx: EntityManager, id: string): Promise<{ role: string; name: string }[]> {
  const rows = await tx.query<{ role: PersonRole; name: string }[]>(
    `SELECT p.role, coalesce(a.name, p.name) AS name FROM challenge_people p LEFT JOIN accounts a ON a.id = p.account_id
     WHERE p.challenge_id = $1 ORDER BY ${IN_ORDER}, p.created_at`,
    [id],
  );
  return rows.map(({ role, name }) => ({ role: PERSON_ROLE_NAMES[role], name }));
}

/** The other bodies that a challenge is of, by name. */
export function partnersOf(
  tx: EntityManager,
  { partnerIds }: Pick<Challenge, 'partnerIds'>,
): Promise<Council[]> {
  return tx.find(Council, { where: { id: In(partnerIds) }, order: { name: 'ASC' } });
}

/** The names of other bodies that a challenge is of for which nobody has an account: no message reaches them. */
export async function unheardOf(
  tx: EntityManager,
  { partnerIds }: Pick<Challenge, 'partnerIds'>,
): Promise<string[]> {
  const rows = await tx.query<{ name: string }[]>(
    `SELECT h.name FROM councils h WHERE h.id = ANY($1)
       AND NOT EXISTS (SELECT FROM accounts a WHERE a.council_id = h.id AND a.role = 'council' AND a.state = 'active') ORDER BY h.name`,
    [partnerIds],
  );
  return rows.map(({ name }) => name);
}

/** Bodies by what somebody wrote of them: a code or a whole name each. Throws a 400 that names what is neither. */
export async function bodiesNamed(
  tx: EntityManager,
  said: readonly string[],
  today: CivilDate,
): Promise<Council[]> {
  const found: Council[] = [];
  for (const one of said) {
    const [body, more] = await tx
      .createQueryBuilder(Council, 'c')
      .where('(upper(c.code) = upper(:one) OR lower(c.name) = lower(:one))', { one })
      .andWhere('(c.valid_to IS NULL OR c.valid_to >= :today)', { today })
      .getMany();
    if (!body || more)
      throw badField(
        '/partners',
        `found "${one}"; allowed: the code of a host body, such as E07000041, or its whole name`,
      );
    found.push(body);
  }
  return found;
}

/** Throws a 400 where a challenge cannot be of some bodies together. */
export function requirePartners(
  councilId: string,
  partners: readonly Council[],
  ids: readonly string[],
): void {
  if (ids.length > MOST_PARTNERS)
    throw badField(
      '/partnerIds',
      `found ${String(ids.length)}; allowed: up to ${String(MOST_PARTNERS)} other bodies`,
    );
  const stranger = ids.find((id) => !partners.some((one) => one.id === id));
  if (stranger !== undefined)
    throw badField('/partnerIds', `found "${stranger}"; allowed: the ids of host bodies`);
  if (ids.includes(councilId))
    throw badField('/partnerIds', 'names the body that booked it; allowed: other bodies');
  if (new Set(ids).size < ids.length) throw badField('/partnerIds', 'names a body twice');
}
