import { SCOPE_COLUMNS } from '../challenges/hosts.js';
import { Controller, Get, Query } from '@nestjs/common';
import { daysBetween, type CivilDate } from '../calendar/dates.js';
import { Challenge } from '../challenges/challenge.entity.js';
import { Allow, Granted, narrow, type Access } from '../people/access.js';
import { OWNER_NAMES, type Owner } from '../visits/clock.js';
import { ClockService } from '../visits/clock.service.js';
import { writeCsv } from '../web/csv.js';
import { pageOf, sortOf, textOf } from '../web/lists.js';
import { Download, Page } from '../web/pages.js';
import { KindsService } from '../kinds/kinds.service.js';
import { Database } from '../database/database.js';

/** A step of a challenge that is owed. */
interface Deadline {
  challengeId: string;
  council: string;
  kind: string;
  step: string;
  owner: Owner;
  due: CivilDate;
  /** Days that have passed since; 0 where it is not late. */
  late: number;
  moved: string;
}

const OPEN = 'c.state IN (SELECT state FROM challenge_states WHERE open AND live)';
const SORTS = { due: 'due', council: 'council', owner: 'owner' } as const;
const COLUMNS = ['council', 'kind', 'step', 'owner', 'due', 'days_late', 'moved_because'] as const;

/** Every step that is owed in somebody's challenges: what is late, what comes, and who owes it. */
@Controller()
export class DeadlinePages {
  constructor(
    private readonly db: Database,
    private readonly clock: ClockService,
    private readonly kinds: KindsService,
  ) {}

  @Get('deadlines')
  @Allow('challenges.read')
  async list(@Granted() access: Access, @Query() query: Record<string, unknown>): Promise<Page> {
    const paging = pageOf(query);
    const filters = {
      show: textOf(query.show),
      owner: textOf(query.owner),
      sort: sortOf(query, SORTS, 'due'),
    };
    const all = await this.deadlines(access, filters);
    const rows = all.slice(paging.skip, paging.skip + paging.take);
    const owners = Object.entries(OWNER_NAMES).map(([value, text]) => ({ value, text }));
    return new Page('overview/views/deadlines.njk', {
      title: 'Deadlines',
      rows,
      count: all.length,
      filters,
      paging,
      owners,
      names: OWNER_NAMES,
    });
  }

  @Get('deadlines.csv')
  @Allow('challenges.read')
  async csv(@Granted() access: Access, @Query() query: Record<string, unknown>): Promise<Download> {
    const filters = {
      show: textOf(query.show),
      owner: textOf(query.owner),
      sort: sortOf(query, SORTS, 'due'),
    };
    const rows = (await this.deadlines(access, filters)).map(({ late, moved, owner, ...one }) => ({
      ...one,
      owner: OWNER_NAMES[owner],
      days_late: late,
      moved_because: moved,
    }));
    return new Download(writeCsv(COLUMNS, rows), 'text/csv; charset=utf-8', 'deadlines.csv');
  }

  private async deadlines(
    access: Access,
    filters: { show: string; owner: string; sort: keyof typeof SORTS },
  ): Promise<Deadline[]> {
    const open = this.db.manager
      .createQueryBuilder(Challenge, 'c')
      .innerJoinAndSelect('c.council', 'h')
      .where(`c.first_day IS NOT NULL AND ${OPEN}`);
    const challenges = await narrow(open, access, SCOPE_COLUMNS).getMany();
    const today = this.db.today();
    const words = await this.kinds.words();
    const clocks = await this.clock.ofMany(
      challenges.map(({ id }) => id),
      today,
    );
    const rows = challenges.flatMap(({ id, council, kind }) =>
      (clocks.get(id) ?? []).flatMap(({ title, owner, due, state, moved }): Deadline[] =>
        due === null || state === 'done'
          ? []
          : [
              {
                challengeId: id,
                council: council?.name ?? '',
                kind: words.kind(kind),
                step: title,
                owner,
                due,
                late: state === 'late' ? daysBetween(due, today) : 0,
                moved: moved?.reason ?? '',
              },
            ],
      ),
    );
    return rows
      .filter(
        (row) =>
          (filters.show !== 'late' || row.late > 0) && (filters.owner === '' || row.owner === filters.owner),
      )
      .sort((a, b) => (a[filters.sort] + a.due + a.council < b[filters.sort] + b.due + b.council ? -1 : 1));
  }
}
