import { Controller, Get, Param } from '@nestjs/common';
import { ChallengesService } from '../challenges/challenges.service.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { Page } from '../web/pages.js';
import { EDITABLE, ProposalsService } from './proposals.service.js';
import { TeamViews } from './team-views.service.js';

/** One team, with what speaks for it and against. */
@Controller('proposals/:id')
export class ProposalPages {
  constructor(
    private readonly proposals: ProposalsService,
    private readonly challenges: ChallengesService,
    private readonly views: TeamViews,
  ) {}

  @Get()
  @Allow('proposals.read', 'proposal')
  async one(@Granted() { actor }: Access, @Param('id') id: string): Promise<Page> {
    const proposal = await this.proposals.get(id);
    const challenge = await this.challenges.get(proposal.challengeId);
    const [team] = await this.views.compare(challenge, [proposal], actor.role);
    const from = proposal.editedFrom ? await this.proposals.get(proposal.editedFrom) : null;
    const { name: kind } = await this.challenges.kindOf(challenge);
    const change = from && proposal.score - from.score;
    const changeable = EDITABLE.includes(challenge.state);
    const model = { challenge, team, change, kind, changeable, requestId: proposal.requestId };
    const title = `Team for ${challenge.council?.name ?? ''}`;
    return new Page('proposals/views/proposal.njk', { title, ...model });
  }
}
