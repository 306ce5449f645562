import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { londonDate } from '../calendar/dates.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { PeerChange, PLACING_FIELDS, type ChangedField } from '../peers/peer-change.entity.js';
import { Circumstance } from './circumstance.entity.js';
import { Database } from '../database/database.js';
import { CircumstanceNotices } from './circumstance-notices.service.js';
import { CircumstancesService } from './circumstances.service.js';
import { BEFORE_VISIT } from './teams-watch.service.js';
import type { ChallengeState } from '../challenges/states.js';

export const FIELD_WORDS: Record<ChangedField, string> = {
  positions: 'the positions',
  councilId: 'the council',
  party: 'the group',
  state: 'whether they serve at all',
  conflicts: 'links with councils',
  homes: 'for whom they work, or did',
  accreditations: 'what they are accredited for',
  releasedUntil: 'the release by their employer',
  refusedRegions: 'where they do not want to serve',
  skills: 'the skills',
};

/** While a change may matter for the progress review. */
const BEFORE_REVIEW: readonly ChallengeState[] = [
  'on_site',
  'reporting',
  'report_published',
  'action_plan_published',
  'review_due',
];

/** When what places a peer changes, every seat to come and every review that they would be asked for is shown to its adviser. */
@Injectable()
export class PeerChangesWatch {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly circumstances: CircumstancesService,
    private readonly notices: CircumstanceNotices,
  ) {}

  /** The job: flags what a change touches. Does nothing where that is done already. */
  async look(changeId: string, now: Date): Promise<void> {
    const change = await this.db.manager.findOneBy(PeerChange, { id: changeId });
    if (!change) return;
    const touched = await this.db.query<Pick<Circumstance, 'challengeId' | 'seat' | 'visit'>[]>(
      `SELECT b.challenge_id AS "challengeId", b.seat, 'on_site' AS visit
       FROM bookings b JOIN challenges c ON c.id = b.challenge_id
       WHERE b.peer_id = $1 AND b.live AND b.last_day >= $2 AND c.state = ANY($3)
       UNION ALL
       SELECT b.challenge_id, b.seat, 'progress_review'
       FROM bookings b JOIN challenges c ON c.id = b.challenge_id JOIN visits v ON v.challenge_id = c.id AND v.type = 'progress_review' AND v.state = 'pencilled'
       WHERE b.peer_id = $1 AND b.state = 'booked' AND c.state = ANY($4)`,
      [change.peerId, londonDate(now), BEFORE_VISIT, BEFORE_REVIEW],
    );
    for (const one of touched) await this.db.transact((tx) => this.flag(tx, change, one));
  }

  private async flag(
    tx: EntityManager,
    change: PeerChange,
    touched: Pick<Circumstance, 'challengeId' | 'seat' | 'visit'>,
  ): Promise<void> {
    const { peerId, id: changeId, fields } = change;
    const row = { ...touched, peerId, changeId };
    const bars = await this.circumstances.bars(row, tx);
    const isPlaced = fields.some((field) => (PLACING_FIELDS as readonly string[]).includes(field));
    if (!isPlaced && bars.length === 0) return;
    const added = await tx
      .createQueryBuilder()
      .insert()
      .into(Circumstance)
      .values({ ...row, bars })
      .orIgnore()
      .returning('id')
      .execute();
    const [inserted] = added.raw as { id: string }[];
    if (!inserted) return;
    const challenge = await this.challenges.get(touched.challengeId, tx);
    const what = fields.map((field) => FIELD_WORDS[field]).join(', ');
    await this.notices.opened(
      tx,
      challenge,
      { ...row, id: inserted.id },
      { what, serves: bars.length === 0 },
    );
  }
}
