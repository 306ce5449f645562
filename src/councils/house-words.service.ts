import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Database } from '../database/database.js';
import { Council } from './council.entity.js';
import { CouncilLink } from './council-link.entity.js';
import { Houses, nearOf } from './houses.js';
import { Succession } from './succession.entity.js';

/** What another body is to one: a part of it, that of which it is a part, or by parentage. */
export type HousePart = 'madeOf' | 'memberOf' | 'belongsTo' | 'hasOwn';

/** The bodies that are joined to one, by name, as a page tells them. */
@Injectable()
export class HouseWords {
  constructor(private readonly db: Database) {}

  /** The names of the bodies whose people are barred as neighbours: of what adjoins one, or its house, or shares its line. */
  async near(id: string, day = this.db.today()): Promise<string[]> {
    const { manager } = this.db;
    const belongings = await manager.find(CouncilLink, { where: { relation: In(['member', 'parent']) } });
    const houses = new Houses(belongings, await manager.find(Succession), { from: day, to: day });
    const house = In([id, ...houses.kinOf(id)]);
    const links = await manager.find(CouncilLink, { where: { relation: 'neighbour', councilId: house } });
    const found = await manager.findBy(Council, { id: In(nearOf(id, houses, links)) });
    return found
      .filter(({ validTo }) => validTo === null || validTo >= day)
      .map(({ name }) => name)
      .sort();
  }

  /** By what is between them, the names of the bodies that are joined to one on a day, whoever of the two says so. */
  async house(id: string, day = this.db.today()): Promise<Record<HousePart, string[]>> {
    const rows = await this.db.query<{ name: string; part: HousePart }[]>(
      `SELECT DISTINCT o.name, CASE WHEN l.relation = 'member' THEN CASE WHEN l.council_id = $1 THEN 'madeOf' ELSE 'memberOf' END
         ELSE CASE WHEN l.council_id = $1 THEN 'belongsTo' ELSE 'hasOwn' END END AS part
       FROM council_links l JOIN councils o ON o.id = CASE WHEN l.council_id = $1 THEN l.other_id ELSE l.council_id END
       WHERE $1 IN (l.council_id, l.other_id) AND l.relation IN ('member', 'parent')
         AND (l.since IS NULL OR l.since <= $2) AND (l.until IS NULL OR l.until >= $2) ORDER BY o.name`,
      [id, day],
    );
    const named = (wanted: HousePart): string[] =>
      rows.filter(({ part }) => part === wanted).map(({ name }) => name);
    return {
      madeOf: named('madeOf'),
      memberOf: named('memberOf'),
      belongsTo: named('belongsTo'),
      hasOwn: named('hasOwn'),
    };
  }
}
