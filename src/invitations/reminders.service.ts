import { Injectable } from '@nestjs/common';
import { londonDate } from '../calendar/dates.js';
import { reminderDue } from '../calendar/reminders.js';
import { Invitation } from './invitation.entity.js';
import { InvitationNotices } from './notices.service.js';
import { lastDayBefore } from './said.js';
import { ReferenceService } from '../reference/reference.service.js';
import { Database } from '../database/database.js';

/** Reminds peers who have not answered, on working days, until they do. */
@Injectable()
export class RemindersService {
  constructor(
    private readonly db: Database,
    private readonly reference: ReferenceService,
    private readonly notices: InvitationNotices,
  ) {}

  /** The daily look. Running it twice on a day, or missing a day, sends nobody the same reminder twice. */
  async remindAll(now: Date): Promise<void> {
    const { addedBankHolidays } = await this.reference.get('calendar');
    const open = await this.db.manager
      .createQueryBuilder(Invitation, 'i')
      .where(`i.state = 'pending' AND i.expires_at > :now`, { now })
      .getMany();
    for (const { id, createdAt, expiresAt } of open) {
      const span = { asked: londonDate(createdAt), last: lastDayBefore(expiresAt) };
      const due = reminderDue(span, londonDate(now), addedBankHolidays);
      if (due === null) continue;
      await this.db.transact(async (tx) => {
        const invitation = await tx.findOne(Invitation, {
          where: { id, state: 'pending' },
          lock: { mode: 'pessimistic_write' },
        });
        if (!invitation) return;
        await this.notices.remind(tx, invitation, due);
      });
    }
  }
}
