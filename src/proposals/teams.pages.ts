import { Controller, Get, Param, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import { DataSource } from 'typeorm';
import { seatLabel } from '../challenges/seat-words.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { PolicyService } from '../policy/policy.service.js';
import { wordsOf } from '../policy/words.js';
import { sendProgress } from '../web/events.js';
import { Page, Redirect } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { compare } from './comparison.js';
import { fallWords, relaxationWords } from './seat-choices.js';
import { ProposalsService } from './proposals.service.js';
import type { TeamRequest } from './team-request.entity.js';

/** Asking for teams, watching them come, and laying them side by side. */
@Controller()
export class TeamsPages {
  constructor(
    private readonly proposals: ProposalsService,
    private readonly challenges: ChallengesService,
    private readonly policy: PolicyService,
    private readonly source: DataSource,
  ) {}

  @Post('challenges/:id/team-requests')
  @Allow('teams.request', 'challenge')
  async request(@Granted() { actor }: Access, @Param('id') id: string): Promise<Redirect> {
    const request = await this.proposals.request(actor, id);
    return new Redirect(paths.teamRequest(request.id));
  }

  @Post('team-requests/:id/cancel')
  @Allow('teams.request', 'team request')
  async cancel(@Granted() { actor }: Access, @Param('id') id: string): Promise<Redirect> {
    const { challengeId } = await this.proposals.cancel(actor, id);
    return new Redirect(paths.challenge(challengeId));
  }

  /** While it is at work, how far it is; then the teams. */
  @Get('team-requests/:id')
  @Allow('teams.read', 'team request')
  async one(@Param('id') id: string): Promise<Page> {
    const request = await this.proposals.getRequest(id);
    const challenge = await this.challenges.get(request.challengeId);
    const words = await wordsOf(this.policy);
    const shared = { challenge, request, kind: words.kind(challenge.kind) };
    if (request.state !== 'done')
      return new Page('proposals/views/progress.njk', { title: 'Looking for teams', ...shared, running: isRunning(request) });
    const proposals = await this.proposals.ofRequest(id);
    const teams = await compare(this.source, challenge, proposals, words);
    const blocked = request.blocked.map((one) => ({
      ...{ ...one, falls: fallWords(one.falls), label: seatLabel(one.seat) },
      relaxations: one.relaxations.map(({ change, peers }) => ({ change: relaxationWords(change, words), peers })),
    }));
    const seconds = request.finishedAt ? (request.finishedAt.getTime() - request.createdAt.getTime()) / 1000 : 0;
    const title =
      teams.length === 0
        ? 'No team is possible'
        : teams.length === 1
          ? request.cause === 'plan'
            ? 'The team of the plan of the year'
            : 'One team is possible'
          : `Which of these ${String(teams.length)} teams, and why?`;
    return new Page('proposals/views/compare.njk', { title, ...shared, teams, blocked, seconds: seconds.toFixed(1) });
  }

  /** How far a request is, as it goes; ends with the request. */
  @Get('team-requests/:id/events')
  @Allow('teams.read', 'team request')
  async events(@Param('id') id: string, @Res() response: Response): Promise<void> {
    await sendProgress(response, async () => {
      const request = await this.proposals.getRequest(id);
      return { phase: request.phase, done: !isRunning(request) };
    });
  }
}

const isRunning = ({ state }: TeamRequest): boolean => state === 'queued' || state === 'running';
