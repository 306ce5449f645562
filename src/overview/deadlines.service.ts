import { Injectable } from '@nestjs/common';
import { daysBetween, type CivilDate } from '../calendar/dates.js';
import { Challenge } from '../challenges/challenge.entity.js';
import { SCOPE_COLUMNS } from '../challenges/hosts.js';
import { Database } from '../database/database.js';
import { KindsService } from '../kinds/kinds.service.js';
import { narrow, type Access } from '../people/access.js';
import { ClockService } from '../visits/clock.service.js';
import type { Owner, StepId } from '../visits/steps.js';

/** A step of a challenge that is owed. */
export interface Deadline {
  challengeId: string;
  council: string;
  kind: string;
  id: StepId;
  step: string;
  owner: Owner;
  due: CivilDate;
  /** In words, where the day is not fixed. */
  about: string | null;
  /** Days that have passed since; 0 where it is not late. */
  late: number;
  moved: string;
}

/** How a form names a step that is owed. */
export const keyOf = ({ challengeId, id }: Pick<Deadline, 'challengeId' | 'id'>): string =>
  `${challengeId}.${id}`;

/** What of the deadlines is wanted: `late` for only what is late, of one owner or of anybody, in which order. */
export interface DeadlineFilters {
  show: string;
  owner: string;
  sort: keyof typeof DEADLINE_SORTS;
}

export const DEADLINE_SORTS = { due: 'due', council: 'council', owner: 'owner' } as const;

const OPEN = 'c.state IN (SELECT state FROM challenge_states WHERE open AND live)';
/** Every step that is owed in the challenges that somebody may see. */
@Injectable()
export class DeadlinesService {
  constructor(
    private readonly db: Database,
    private readonly clock: ClockService,
    private readonly kinds: KindsService,
  ) {}

  async of(access: Access, filters: DeadlineFilters): Promise<Deadline[]> {
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
      (clocks.get(id) ?? []).flatMap(({ id: step, title, owner, due, about, state, moved }): Deadline[] =>
        due === null || state === 'done'
          ? []
          : [
              {
                challengeId: id,
                council: council?.name ?? '',
                kind: words.kind(kind),
                id: step,
                step: title,
                owner,
                due,
                about,
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
