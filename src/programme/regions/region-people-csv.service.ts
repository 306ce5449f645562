import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { REGIONS } from '../../councils/regions.js';
import { Database } from '../../database/database.js';
import { regionsOf, type Access } from '../../people/access.js';
import { record } from '../../people/audit.js';
import { isSameName } from '../../people/same-name.js';
import { CellFault, day, needed, number, oneOf, readRows, text, type ReadCell } from '../../web/cells.js';
import { readCsv, writeCsv } from '../../web/csv.js';
import { forEachRow, refuseTwice } from '../../web/imports.js';
import { badField, Problem } from '../../web/problems.js';
import { RegionPeopleService, type Said } from './region-people.service.js';
import { REGION_ROLES, RegionPerson, type RegionRole } from './region-person.entity.js';

export const REGION_PEOPLE_COLUMNS = [
  'region',
  'role',
  'name',
  'email',
  'subject',
  'day_budget',
  'first_day',
  'last_day',
] as const;

interface Row {
  region: string;
  role: RegionRole;
  name: string | null | undefined;
  email: string;
  subject: string | null | undefined;
  day_budget: number | null | undefined;
  first_day: string;
  last_day: string | null | undefined;
}

/** Ambassadors and improvement advisers as a file, out and in by the same columns. An import is all or nothing and names each fault by row and column. */
@Injectable()
export class RegionPeopleCsv {
  constructor(
    private readonly db: Database,
    private readonly people: RegionPeopleService,
  ) {}

  /** Those of the regions that somebody may see, now and before. Somebody without an address is not in it: a row is known by that. */
  async export(access: Access): Promise<string> {
    const rows = this.db.manager
      .createQueryBuilder(RegionPerson, 'r')
      .innerJoinAndSelect('r.peer', 'p', 'p.email IS NOT NULL')
      .orderBy('r.region')
      .addOrderBy('r.role')
      .addOrderBy('r.first_day')
      .addOrderBy('p.email');
    const own = regionsOf(access);
    if (own !== null) rows.andWhere('r.region = ANY(:own)', { own });
    const people = await rows.getMany();
    return writeCsv(
      REGION_PEOPLE_COLUMNS,
      people.map(({ region, role, peer, subject, dayBudget, firstDay, lastDay }) => ({
        ...{ region, role, name: peer?.name ?? '', email: peer?.email ?? '', subject },
        ...{ day_budget: dayBudget, first_day: firstDay, last_day: lastDay },
      })),
    );
  }

  /** How each column is read. */
  cells(access: Access): Record<keyof Row, ReadCell> {
    return {
      region: needed(regionOf(regionsOf(access))),
      role: needed(oneOf(REGION_ROLES)),
      // So that people can read the file; where it is given, it must be theirs.
      name: text,
      email: needed(text),
      subject,
      day_budget: number(0.5, 30, false),
      first_day: needed(day),
      last_day: day,
    };
  }

  /** A row is known by region, role, address and first day: its subject, budget and last day change; an empty cell leaves what is held. */
  import(access: Access, csv: string): Promise<void> {
    return this.db.transact(async (tx) => {
      const rows = readRows<Row>(readCsv(csv, REGION_PEOPLE_COLUMNS), this.cells(access));
      refuseTwice(rows, keyOf, 'email');
      await forEachRow(rows, (row) => this.take(tx, access, row).catch(byColumn));
      await record(tx, access.actor, 'region_people.imported', 'regions', { rows: rows.length });
    });
  }

  private async take(tx: EntityManager, access: Access, row: Row): Promise<void> {
    const known = await knownBy(tx, row);
    const { id } = known
      ? await this.people.changeWithin(tx, access, known, saidIn(row))
      : await this.people.nameWithin(tx, access, row.region, {
          ...{ role: row.role, email: row.email, firstDay: row.first_day },
          ...saidIn(row),
        });
    const { peer } = await this.people.get(access, id, tx);
    if (row.name && !isSameName(row.name, peer?.name ?? ''))
      throw badField(
        '/name',
        `found "${row.name}" beside the address of ${peer?.name ?? ''}: which of them is it?`,
      );
  }
}

/** A region: of an adviser, one of their own. */
function regionOf(own: readonly string[] | null): ReadCell {
  const read: ReadCell = (value) => {
    if (own !== null && REGIONS.some((region) => region === value) && !own.includes(value))
      throw new CellFault(`found ${value}, which is not your region; allowed: ${own.join(', ')}`);
    return oneOf(own ?? REGIONS)(value);
  };
  return Object.assign(read, { choices: own ?? REGIONS });
}

/** The columns of what the pages and programs call otherwise. */
const COLUMN_OF: Record<string, string> = {
  '/dayBudget': '/day_budget',
  '/firstDay': '/first_day',
  '/lastDay': '/last_day',
};

const byColumn = (error: unknown): never => {
  if (!(error instanceof Problem)) throw error;
  const errors = error.errors.map((one) => ({ ...one, pointer: COLUMN_OF[one.pointer] ?? one.pointer }));
  throw new Problem(error.status, error.type, error.message, errors);
};

const MOST_SUBJECT = 200;

const subject: ReadCell = (value) => {
  if (value.length > MOST_SUBJECT)
    throw new CellFault(`found ${String(value.length)} characters; allowed: ${String(MOST_SUBJECT)}`);
  return value || null;
};

const keyOf = ({ region, role, email, first_day: firstDay }: Row): string =>
  JSON.stringify([region, role, email.toLowerCase(), firstDay]);

/** Only what is filled in: nothing is emptied by a file. */
function saidIn({ subject, day_budget: dayBudget, last_day: lastDay }: Row): Said {
  return {
    ...(subject ? { subject } : {}),
    ...(typeof dayBudget === 'number' ? { dayBudget } : {}),
    ...(lastDay ? { lastDay } : {}),
  };
}

function knownBy(
  tx: EntityManager,
  { region, role, email, first_day: firstDay }: Row,
): Promise<RegionPerson | null> {
  return tx
    .createQueryBuilder(RegionPerson, 'r')
    .innerJoin('r.peer', 'p', 'lower(p.email) = lower(:email)', { email: email.trim() })
    .where({ region, role, firstDay })
    .getOne();
}
