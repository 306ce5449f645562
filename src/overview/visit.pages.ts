import { Controller, Get, Param } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { londonDate } from '../calendar/dates.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { seatWords } from '../challenges/seat-words.js';
import { DOCUMENT_NAMES } from '../outcomes/document.entity.js';
import { DocumentsService } from '../outcomes/documents.service.js';
import { Allow } from '../people/access.js';
import { PolicyService } from '../policy/policy.service.js';
import { ClockService } from '../visits/clock.service.js';
import { TimetableService } from '../visits/timetable.service.js';
import { Page } from '../web/pages.js';
import { clockLines } from './clock-lines.js';

/** A visit for those who serve in it. */
@Controller('visits')
export class VisitPages {
  constructor(
    private readonly source: DataSource,
    private readonly challenges: ChallengesService,
    private readonly policy: PolicyService,
    private readonly clock: ClockService,
    private readonly timetable: TimetableService,
    private readonly documents: DocumentsService,
  ) {}

  /** A visit for those who serve in it: papers, timetable, contacts, on one page. */
  @Get(':id')
  @Allow('visit.page', 'served challenge')
  async visit(@Param('id') id: string): Promise<Page> {
    const challenge = await this.challenges.get(id);
    const kind = await this.policy.kind(challenge.kind);
    const clock = clockLines(id, await this.clock.of(id, londonDate(new Date())), 'other');
    const documents = (await this.documents.ofChallenge(id)).filter(({ type }) => type !== 'draft_report');
    const team = await this.source.query<{ seat: string; name: string; email: string | null }[]>(
      `SELECT b.seat, p.name, p.email FROM bookings b JOIN peers p ON p.id = b.peer_id WHERE b.challenge_id = $1 AND b.state = 'booked' ORDER BY b.seat`,
      [id],
    );
    const shown = team.map((one) => ({ ...one, seat: seatWords(one.seat) }));
    return new Page('overview/views/visit.njk', {
      title: 'Papers, timetable and contacts',
      challenge,
      kind: kind.name,
      clock,
      team: shown,
      sessions: await this.timetable.sessions(id),
      documents: documents.map((one) => ({ ...one, name: DOCUMENT_NAMES[one.type] })),
    });
  }
}
