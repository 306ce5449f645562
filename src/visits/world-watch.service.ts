import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { DaysWatch } from './days-watch.service.js';
import { TeamsWatch } from './teams-watch.service.js';

/** What the trail says where councils, inspections or rules changed, by whatever way. */
const TOUCHES = [
  'council.added',
  'council.changed',
  'council.control',
  'council.joined',
  'council.placed',
  'council.succession',
  'council.succession.undone',
  'council.succeeded',
  'councils.imported',
  'inspection.added',
  'inspection.changed',
  'inspections.imported',
  'policy.changed',
];

/** Looks at all teams and days to come as soon as the world around them has changed, and every night. */
@Injectable()
export class WorldWatch {
  /** The last entry of the trail that was looked at; null when this process has just begun. */
  private seen: string | null = null;

  constructor(
    private readonly db: Database,
    private readonly teams: TeamsWatch,
    private readonly days: DaysWatch,
  ) {}

  /** Looks where something was written since the last time, and when this process has just begun. */
  async lookIfChanged(): Promise<void> {
    const [row] = await this.db.query<{ last: string | null; touched: boolean | null }[]>(
      `SELECT max(id)::text AS last, bool_or(action = ANY($2)) AS touched FROM audit_entries
       WHERE id > coalesce($1::bigint, (SELECT max(id) - 1 FROM audit_entries))`,
      [this.seen, TOUCHES],
    );
    // What was written while no worker ran is found when one begins.
    const isDue = this.seen === null || row?.touched;
    // What fails is looked at again at night, and not every time.
    this.seen = row?.last ?? this.seen ?? '0';
    if (isDue) await this.lookAll();
  }

  async lookAll(): Promise<void> {
    const looks = await Promise.allSettled([this.teams.lookAll(), this.days.lookAll()]);
    for (const look of looks) if (look.status === 'rejected') throw look.reason;
  }
}
