import { Injectable } from '@nestjs/common';
import { addWorkingDays } from '../calendar/bank-holidays.js';
import { endOfDayInLondon, londonDate } from '../calendar/dates.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { Database } from '../database/database.js';
import { ReferenceService } from '../reference/reference.service.js';
import { AgreementNotices } from './agreement-notices.service.js';
import { wantedFor } from './consents.js';
import { UNDISPUTED } from './disputes.js';
import { Proposal } from './proposal.entity.js';

const REMIND_WORKING_DAYS = 2;

/** Two working days before silence counts as consent, whoever has not answered is reminded. */
@Injectable()
export class ApprovalReminders {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly reference: ReferenceService,
    private readonly notices: AgreementNotices,
  ) {}

  async remindAll(now: Date): Promise<void> {
    const { addedBankHolidays } = await this.reference.get('calendar');
    const until = endOfDayInLondon(addWorkingDays(londonDate(now), REMIND_WORKING_DAYS, addedBankHolidays));
    const waiting = await this.db.manager
      .createQueryBuilder(Proposal, 'p')
      .where(`p.state = 'agreed' AND p.objection_deadline > :now AND p.objection_deadline <= :until`, {
        now,
        until,
      })
      .andWhere(UNDISPUTED)
      .getMany();
    for (const { id, challengeId } of waiting) await this.remind(id, challengeId);
  }

  private async remind(id: string, challengeId: string): Promise<void> {
    await this.db.transact(async (tx) => {
      const challenge = await this.challenges.lock(tx, challengeId);
      const proposal = await tx.findOneByOrFail(Proposal, { id });
      const wanted = wantedFor(challenge, await this.challenges.kindOf(challenge, tx));
      if (proposal.state !== 'agreed' || proposal.isApproved(wanted)) return;
      await this.notices.silenceComes(tx, challenge, proposal);
    });
  }
}
