import { Injectable } from '@nestjs/common';
import { addDays, type CivilDate } from '../calendar/dates.js';
import { mondayOf } from '../calendar/phrases.js';
import type { Council } from '../councils/council.entity.js';
import { Database } from '../database/database.js';
import { KindsService, type StoredKind } from '../kinds/kinds.service.js';
import type { SampleShift } from '../kinds/kind-preview.js';
import type { Policy } from '../matching/problem/programme.js';
import type { Question } from '../matching/problem/question.js';
import type { Asked } from './problem/challenge.js';
import { KeptPool } from './problem/kept-pool.js';
import { questionFrom, rangeOf } from './problem/question.js';
import { figuresOf, likenessOf, PUBLISHED, type Likeness } from './sample-figures.js';
import { searchTeams } from './search-thread.js';

/** Councils of the sample, evenly over the register. */
const MOST = 40;
/** Weeks from today on whose Tuesdays the sample's visits may begin. */
const WEEKS = [26, 27, 28, 29];

/** The best teams for a sample of councils by two sets of weights: what a change would do to challenges that nobody has asked for yet. */
@Injectable()
export class TeamSample {
  constructor(
    private readonly db: Database,
    private readonly kinds: KindsService,
    private readonly pool: KeptPool,
  ) {}

  /** Every council of the sample gets its best team twice, of the kind that goes round all councils. */
  async of(after: Policy): Promise<SampleShift | null> {
    const tx = this.db.manager;
    const kind = (await this.kinds.all(tx)).find(({ clock }) => clock.nextWithinMonths !== null);
    if (!kind) return null;
    const terms = await this.kinds.terms(kind.id, tx);
    const windows = windowsFrom(this.db.today(), kind.days);
    const rows = await this.pool.rows(tx, rangeOf({ windows }));
    const hosts = spread(rows.councils.filter((council) => council.type !== null));
    const [now, then] = [new Tally(), new Tally()];
    for (const host of hosts) {
      const question = questionFrom(askedOf(host, kind, windows), terms, rows);
      await now.add(question);
      await then.add({ ...question, policy: { ...after, ...kind.weights } });
    }
    return {
      kind: kind.name,
      councils: hosts.length,
      before: now.figures(),
      after: then.figures(),
      published: PUBLISHED,
    };
  }
}

/** Teams of a sample, added up. */
class Tally {
  private seats = 0;
  private filled = 0;
  private readonly like: Likeness[] = [];

  async add(question: Question): Promise<void> {
    const [best] = (await searchTeams(question, 1)).teams;
    const peers = Object.values(best?.seats ?? {}).flatMap((peer) => peer ?? []);
    this.seats += question.challenge.seats.length;
    this.filled += peers.length;
    this.like.push(...likenessOf(question, peers));
  }

  figures(): ReturnType<typeof figuresOf> {
    return figuresOf(this.seats, this.filled, this.like);
  }
}

/** At most so many, evenly over the list. */
const spread = (councils: readonly Council[]): Council[] => {
  const step = Math.max(1, councils.length / MOST);
  return councils.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
};

const windowsFrom = (today: CivilDate, days: number): Asked['windows'] =>
  WEEKS.map((week) => ({
    id: `w${String(week)}`,
    start: addDays(mondayOf(today), 7 * week + 1),
    days: Math.min(days, 4),
    penalty: 0,
  }));

function askedOf(
  { id }: Council,
  { id: kind, seats, coverage }: StoredKind,
  windows: Asked['windows'],
): Asked {
  return {
    id,
    familyId: id,
    councilId: id,
    partnerIds: [],
    mode: 'on_site',
    kind,
    seats,
    coverage,
    windows,
    excluded: [],
    waived: [],
  };
}
