import { Controller, Get, Param } from '@nestjs/common';
import { ChallengesService } from '../challenges/challenges.service.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { Page } from '../web/pages.js';
import { ChallengeHistory } from './challenge-history.service.js';

/** What happened to a challenge, who did it, and why. */
@Controller('challenges')
export class HistoryPages {
  constructor(
    private readonly challenges: ChallengesService,
    private readonly history: ChallengeHistory,
  ) {}

  @Get(':id/history')
  @Allow('challenges.read', 'challenge')
  async page(@Granted() { actor }: Access, @Param('id') id: string): Promise<Page> {
    const changes = await this.history.of(id, actor.role);
    const challenge = await this.challenges.get(id);
    return new Page('overview/views/history.njk', { title: 'History', challenge, changes });
  }
}
