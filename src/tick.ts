import type { INestApplicationContext } from '@nestjs/common';
import { londonDate } from './calendar/dates.js';
import { InvitationsService } from './invitations/invitations.service.js';
import { RemindersService } from './invitations/reminders.service.js';
import { FeedbackService } from './outcomes/feedback.service.js';
import { DiaryService } from './peers/diary.service.js';
import { ProtectedTotalsService } from './programme/protected-totals.service.js';
import { AgreementService } from './proposals/agreement.service.js';
import { ClockService } from './visits/clock.service.js';
import { StepReminders } from './visits/step-reminders.service.js';

/**
 * What comes with a new day: deadlines that have passed, visits that begin and end, reminders, forms. Everything in it may run any number
 * of times on a day, and a day may be missed.
 */
export async function tick(context: INestApplicationContext, now: Date): Promise<void> {
  const [agreement, invitations] = [context.get(AgreementService), context.get(InvitationsService)];
  await context.get(DiaryService).enqueueReads(londonDate(now));
  await agreement.remind(now);
  await agreement.acceptSilence(now);
  await context.get(RemindersService).remindAll(now);
  await invitations.expireAll(now);
  await context.get(ClockService).advance(now);
  await context.get(FeedbackService).askAll(now);
  await context.get(StepReminders).remindAll(now);
  await context.get(ProtectedTotalsService).releaseLast(now);
}
