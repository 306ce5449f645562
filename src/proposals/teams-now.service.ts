import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { seatLabel } from '../kinds/seats.js';
import { whyExcluded } from './excluded.js';
import type { Proposal } from './proposal.entity.js';
import { QuestionsService } from './questions.service.js';
import { standingWords } from './standing.js';
import { TeamViews } from './team-views.service.js';

/** What has changed since teams were found. */
@Injectable()
export class TeamsNow {
  constructor(
    private readonly db: Database,
    private readonly questions: QuestionsService,
    private readonly views: TeamViews,
  ) {}

  /** What stands against proposed teams as things are now, in words, by their ids: who was free when a team was found may not be any more. */
  async against(proposals: readonly Proposal[]): Promise<Map<string, string>> {
    const said = new Map<string, string>();
    for (const proposal of proposals.filter(({ state }) => state === 'proposed')) {
      const barred = await this.questions.barred(this.db.manager, proposal);
      if (barred.length === 0) continue;
      const ids = barred.map(({ peerId }) => peerId);
      const names = await this.views.names(ids);
      const excluded = await whyExcluded(this.db.manager, proposal, ids);
      const words = barred.map(
        ({ seat, peerId, bars }) =>
          `${names.get(peerId) ?? 'somebody'}, ${seatLabel(seat)}: ${standingWords(bars, excluded.get(peerId))}`,
      );
      said.set(proposal.id, words.join('. '));
    }
    return said;
  }
}
