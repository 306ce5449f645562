import { Injectable } from '@nestjs/common';
import type { EmptySeats } from '../challenges/empty-seats.js';
import type { WeekOffer } from '../challenges/weeks.js';
import type { Council } from '../councils/council.entity.js';
import { Database } from '../database/database.js';
import type { Kind } from '../kinds/kind.js';
import { KindsService } from '../kinds/kinds.service.js';
import { lacksOf, type Lack } from '../matching/reasons/lacks.js';
import { KeptPool } from './problem/kept-pool.js';
import { loadQuestion } from './problem/question.js';

/** Whether the pool has a full team for the weeks from which a council chooses. */
@Injectable()
export class OpenWeeks implements EmptySeats {
  constructor(
    private readonly db: Database,
    private readonly kinds: KindsService,
    private readonly pool: KeptPool,
  ) {}

  async of(host: Council, kind: Kind & { id: string }, weeks: WeekOffer[]): Promise<(Lack | null)[]> {
    if (weeks.length === 0 || kind.seats.length === 0) return weeks.map(() => null);
    const asked = {
      id: host.id,
      familyId: host.id,
      councilId: host.id,
      partnerIds: [],
      mode: 'on_site' as const,
      kind: kind.id,
      seats: kind.seats,
      coverage: [],
      windows: weeks.map(({ start, days }, index) => ({ id: `w${String(index)}`, start, days, penalty: 0 })),
      excluded: [],
      waived: [],
    };
    const positions = [...new Set(kind.seats.flatMap((seat) => seat.positions))];
    const terms = await this.kinds.terms(kind.id);
    const among = { positions, ids: [] };
    return lacksOf(await loadQuestion(this.db.manager, this.pool, { asked, terms, among }));
  }
}
