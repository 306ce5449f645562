import { Controller, Get, Query } from '@nestjs/common';
import type { SelectQueryBuilder } from 'typeorm';
import { Database } from '../database/database.js';
import { KindsService } from '../kinds/kinds.service.js';
import { PEER_CLASSES } from '../matching/problem/programme.js';
import { Allow, Granted, narrow, Noted, Proved, type Access } from '../people/access.js';
import { scopeOf, seesOfPeer } from '../people/permissions.js';
import { ReferenceService } from '../reference/reference.service.js';
import { anyOf, holds, pageOf, sortOf } from '../web/lists.js';
import { Download, Page } from '../web/pages.js';
import { Peer, PEER_STATES } from './peer.entity.js';
import { PoolCsv } from './pool-csv.service.js';
import { summary } from './summary.js';

const SORTS = { name: 'p.name', reviews: 'experience', council: 'h.name' } as const;

const EXPERIENCE =
  'p.reviews + (SELECT coalesce(max(s.served), 0) FROM peer_served s WHERE s.peer_id = p.id)';

/** The pool: found by what one looks for, and saved. */
@Controller('peers')
export class PeerSearchPages {
  constructor(
    private readonly files: PoolCsv,
    private readonly reference: ReferenceService,
    private readonly kinds: KindsService,
    private readonly db: Database,
  ) {}

  @Get()
  @Allow('peers.search')
  async search(@Granted() access: Access, @Query() query: Record<string, unknown>): Promise<Page> {
    const filters = filtersOf(query);
    const paging = pageOf(query);
    const [peers, count] = await this.query(access, filters)
      .offset(paging.skip)
      .limit(paging.take)
      .getManyAndCount();
    const words = await this.kinds.words();
    const party = seesOfPeer(access.actor.role, 'party');
    const rows = peers.map((peer) => ({ ...summary(peer, words), party: party ? peer.party : null }));
    const known = {
      positions: await this.reference.get('positions'),
      groupings: anyOf(await this.reference.get('groupings')),
      skills: await this.reference.get('skills'),
      classes: PEER_CLASSES,
      states: PEER_STATES,
    };
    const seesDoubles = scopeOf(access.actor.role, 'peers.write') !== undefined;
    const model = { title: 'Peers', rows, count, filters, paging, seesDoubles, ...known };
    return new Page('peers/views/search.njk', model);
  }

  @Get('export.csv')
  @Proved()
  @Noted('people.exported')
  @Allow('peers.search')
  async csv(@Granted() access: Access, @Query() query: Record<string, unknown>): Promise<Download> {
    const content = await this.files.export(access, (rows) => {
      filterBy(rows, filtersOf(query));
    });
    return new Download(content, 'text/csv; charset=utf-8', 'peers.csv');
  }

  private query(access: Access, filters: Filters) {
    const rows = this.db.manager
      .createQueryBuilder(Peer, 'p')
      .leftJoinAndSelect('p.council', 'h')
      .addSelect(EXPERIENCE, 'experience')
      .orderBy(SORTS[filters.sort], filters.sort === 'reviews' ? 'DESC' : 'ASC', 'NULLS LAST')
      .addOrderBy('p.id');
    narrow(rows, access, { region: 'h.region', peer: 'p.id', party: 'p.party' });
    filterBy(rows, filters);
    return rows;
  }
}

interface Filters extends Record<
  'name' | 'grouping' | 'class' | 'state' | 'position' | 'skill' | 'level',
  string
> {
  sort: keyof typeof SORTS;
}

function filterBy(rows: SelectQueryBuilder<Peer>, filters: Filters): void {
  if (filters.name) rows.andWhere(holds('p.name', 'name'), { name: filters.name });
  if (filters.class) rows.andWhere('p.class = :class', { class: filters.class });
  if (filters.state) rows.andWhere('p.state = :state', { state: filters.state });
  if (filters.grouping) rows.andWhere(':grouping = ANY(h.groupings)', { grouping: filters.grouping });
  if (filters.position) rows.andWhere(':position = ANY(p.positions)', { position: filters.position });
  if (filters.skill)
    rows.andWhere('coalesce((p.skills->>:skill)::int, 0) >= :level', {
      skill: filters.skill,
      level: Number(filters.level) || 1,
    });
}

/** Anything that is not among the known choices is as if it were not said. */
function filtersOf(query: Record<string, unknown>): Filters {
  const text = (name: string): string =>
    typeof query[name] === 'string' ? query[name].trim().slice(0, 100) : '';
  const known = (name: string, values: readonly string[]): string =>
    values.includes(text(name)) ? text(name) : '';
  return {
    name: text('name'),
    class: known('class', PEER_CLASSES),
    state: known('state', PEER_STATES),
    position: text('position'),
    grouping: text('grouping'),
    skill: text('skill'),
    level: known('level', ['1', '2', '3', '4', '5']),
    sort: sortOf(query, SORTS, 'name'),
  };
}
