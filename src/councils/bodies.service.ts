import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import { Database } from '../database/database.js';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { badField, notFound } from '../web/problems.js';
import { requireVersion } from '../web/versions.js';
import { CouncilLink } from './council-link.entity.js';
import { Council, COUNTRIES } from './council.entity.js';

/** A body as somebody adds it; others by their codes. */
export interface NewBody extends Pick<Council, 'code' | 'name' | 'body' | 'region' | 'country'> {
  members: string[];
  parents: string[];
}

/** What the office changes of a body by hand; the rest comes by the file of the register. */
export type BodyFacts = Pick<
  Council,
  | 'name'
  | 'body'
  | 'region'
  | 'country'
  | 'inCycle'
  | 'electionPattern'
  | 'electionBaseYear'
  | 'electionNextYear'
  | 'otherPolls'
>;

/** Host bodies one by one, as the office adds and changes them. */
@Injectable()
export class BodiesService {
  constructor(private readonly db: Database) {}

  /** A host body that is no council: a partnership names the bodies it is made of, a county's own service the county. */
  async add(actor: Actor, { members, parents, ...body }: NewBody): Promise<Council> {
    if (body.body === 'council')
      throw badField('/body', 'found "council"; councils come by the import of the register');
    requirePlace(body);
    return this.db.transact(async (tx) => {
      await requireOwnName(tx, null, body.name);
      // Before it is there itself: it is not a part of its own.
      const joined = [
        ['member', await byCode(tx, members, '/members')],
        ['parent', await byCode(tx, parents, '/parents')],
      ] as const;
      const added = await tx.save(tx.create(Council, body));
      for (const [relation, others] of joined) {
        await tx.insert(
          CouncilLink,
          others.map(({ id: otherId }, index) => ({
            councilId: added.id,
            otherId,
            relation,
            rank: index + 1,
          })),
        );
      }
      await record(tx, actor, 'council.added', `council:${added.id}`, { body: body.body });
      return added;
    });
  }

  /** Changes a body. Throws a 400 where a council would be none or be without a region, or elects in no year; 412 where it changed meanwhile. */
  async change(actor: Actor, id: string, version: number, facts: BodyFacts): Promise<Council> {
    return this.db.transact(async (tx) => {
      const body = await tx.findOne(Council, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!body) throw notFound('host body');
      requireVersion(body.version, version);
      requireWhole(body, facts);
      requirePlace(facts);
      if (facts.name !== body.name) await requireOwnName(tx, id, facts.name);
      const names = Object.keys(facts) as (keyof BodyFacts)[];
      const fields = names.filter((name) => !isDeepStrictEqual(body[name], facts[name]));
      const saved = await tx.save(Object.assign(body, facts));
      await record(tx, actor, 'council.changed', `council:${id}`, { fields });
      return saved;
    });
  }
}

function requireWhole(before: Council, now: BodyFacts): void {
  if ((before.body === 'council') !== (now.body === 'council'))
    throw badField('/body', `found "${now.body}"; a council stays a council, and no other body becomes one`);
  if (now.body === 'council' && now.region === null)
    throw badField('/region', 'choose the region of a council');
  if (now.electionPattern !== null && now.electionNextYear === null)
    throw badField('/electionNextYear', 'enter the year of its next ordinary election');
  if (now.electionPattern === 'all_out' && now.electionBaseYear === null)
    throw badField('/electionBaseYear', 'enter a year in which all its seats are elected, such as 2027');
}

const NATIONS: readonly (string | null)[] = COUNTRIES.filter((country) => country !== 'England');

/** Wales, Scotland and Northern Ireland are regions and countries at once; every other region is of England. */
function requirePlace({ region, country }: Pick<Council, 'region' | 'country'>): void {
  const fits = region === null || (NATIONS.includes(region) ? region === country : country === 'England');
  if (!fits)
    throw badField(
      '/country',
      `found ${country} with the region ${region}; allowed: the country of the region`,
    );
}

/** Two bodies of one name could not be told apart where one is chosen. */
async function requireOwnName(tx: EntityManager, id: string | null, name: string): Promise<void> {
  const same = await tx
    .createQueryBuilder(Council, 'c')
    .where('lower(c.name) = lower(:name) AND c.valid_to IS NULL', { name: name.trim() })
    .getMany();
  const other = same.find((one) => one.id !== id);
  if (other) throw badField('/name', `found "${name}"; the body ${other.code} has this name already`);
}

async function byCode(tx: EntityManager, codes: string[], pointer: string): Promise<Council[]> {
  const found = await tx.findBy(Council, { code: In(codes) });
  const missing = codes.filter((code) => !found.some((council) => council.code === code));
  if (missing.length > 0)
    throw badField(pointer, `found ${missing.join(', ')}; allowed: codes of the register`);
  return [...new Set(codes)].flatMap((code) => found.find((council) => council.code === code) ?? []);
}
