import { CouncilsService } from '../councils/councils.service.js';
import { hostsByChallenge, SCOPE_COLUMNS } from './hosts.js';
import { Controller, Get, Query } from '@nestjs/common';
import { narrow, Allow, Granted, type Access } from '../people/access.js';
import { Download, Page } from '../web/pages.js';
import { anyOf, pageOf, sortOf, textOf } from '../web/lists.js';
import { challengesFile } from './challenges-csv.service.js';
import { Challenge } from './challenge.entity.js';
import { OffersCsvService } from './offers-csv.service.js';
import { CHALLENGE_STATES, STATE_NAMES, type ChallengeState } from './states.js';
import { KindsService } from '../kinds/kinds.service.js';
import { Database } from '../database/database.js';

const SORTS = { day: 'c.first_day', council: 'h.name', kind: 'c.kind', state: 'c.state' } as const;

/** The challenges that somebody may see: filtered and sorted by link, and saved as CSV. The page begins with those that are open, a file has all. */
@Controller()
export class ChallengeListPages {
  constructor(
    private readonly db: Database,
    private readonly kinds: KindsService,
    private readonly offers: OffersCsvService,
    private readonly councils: CouncilsService,
  ) {}

  @Get('challenges')
  @Allow('challenges.read')
  async list(@Granted() access: Access, @Query() query: Record<string, unknown>): Promise<Page> {
    const words = await this.kinds.words();
    const paging = pageOf(query);
    const filters = {
      state: textOf(query.state) || 'open',
      kind: textOf(query.kind),
      grouping: textOf(query.grouping),
      sort: sortOf(query, SORTS, 'day'),
    };
    const [challenges, count] = await this.query(access, filters)
      .offset(paging.skip)
      .limit(paging.take)
      .getManyAndCount();
    const hosts = await hostsByChallenge(this.db.manager, challenges);
    const rows = challenges.map(({ id, kind, state, firstDay }) => ({
      id,
      council: hosts.get(id) ?? '',
      kind: words.kind(kind),
      state: STATE_NAMES[state],
      firstDay,
    }));
    const model = {
      rows,
      count,
      filters,
      paging,
      kinds: await this.kinds.all(),
      groupings: anyOf(await this.councils.groupings()),
      states: CHALLENGE_STATES.map((id) => ({ id, name: STATE_NAMES[id] })),
    };
    return new Page('challenges/views/list.njk', { title: 'Challenges', ...model });
  }

  @Get('challenges.csv')
  @Allow('challenges.read')
  async csv(@Granted() access: Access, @Query() query: Record<string, unknown>): Promise<Download> {
    const challenges = await this.query(access, query).getMany();
    return new Download(challengesFile(challenges), 'text/csv; charset=utf-8', 'challenges.csv');
  }

  @Get('offers.csv')
  @Allow('offers.read')
  async offersCsv(@Granted() access: Access): Promise<Download> {
    return new Download(await this.offers.export(access), 'text/csv; charset=utf-8', 'offers.csv');
  }

  private query(access: Access, query: Record<string, unknown>) {
    const rows = this.db.manager
      .createQueryBuilder(Challenge, 'c')
      .innerJoinAndSelect('c.council', 'h')
      .orderBy(SORTS[sortOf(query, SORTS, 'day')], 'ASC', 'NULLS LAST')
      .addOrderBy('c.id');
    narrow(rows, access, SCOPE_COLUMNS);
    if (query.state === 'open') rows.andWhere(`c.state IN (SELECT state FROM challenge_states WHERE open)`);
    if (CHALLENGE_STATES.includes(query.state as ChallengeState))
      rows.andWhere('c.state = :state', { state: query.state });
    if (typeof query.kind === 'string' && query.kind !== '')
      rows.andWhere('c.kind = :kind', { kind: query.kind });
    if (typeof query.grouping === 'string' && query.grouping !== '')
      rows.andWhere(':grouping = ANY(h.groupings)', { grouping: query.grouping });
    return rows;
  }
}
