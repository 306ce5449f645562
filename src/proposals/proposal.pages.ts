import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ChallengesService } from '../challenges/challenges.service.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { Texts } from '../web/fields.js';
import { FRESH, listOf, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { AgreementService } from './agreement.service.js';
import { EDITABLE, ProposalsService } from './proposals.service.js';
import { TeamViews } from './team-views.service.js';

/** What the page showed: invitations that were said yes to, and end by this. */
class AgreeForm {
  @Transform(({ value }) => listOf(value))
  @Texts({ optional: true, max: 30 })
  ends?: string[];
}

/** One team: looked at, then agreed. */
@Controller('proposals/:id')
export class ProposalPages {
  constructor(
    private readonly proposals: ProposalsService,
    private readonly agreement: AgreementService,
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

  @Get('agree')
  @Allow('proposals.agree', 'proposal')
  async check(@Granted() { actor }: Access, @Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const proposal = await this.proposals.get(id);
    const challenge = await this.challenges.get(proposal.challengeId);
    const [team] = await this.views.compare(challenge, [proposal], actor.role);
    const { objectionWorkingDays, secondApproval } = await this.challenges.kindOf(challenge);
    const ending = await this.agreement.ending(proposal);
    const speakers = (await this.challenges.told(challenge)).length;
    const model = {
      challenge,
      team,
      objectionDays: objectionWorkingDays,
      second: secondApproval,
      ending,
      speakers,
    };
    const title = 'Check before you agree this team';
    return new Page('proposals/views/agree.njk', { title, ...model, ...again });
  }

  @Post('agree')
  @Allow('proposals.agree', 'proposal')
  agree(
    @Granted() access: Access,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<Page | Redirect | Download> {
    const work = async ({ ends }: AgreeForm): Promise<Redirect> => {
      const { challengeId } = await this.agreement.agree(access.actor, id, ends);
      return new Redirect(paths.done(challengeId, 'agreed'));
    };
    return submit(AgreeForm, body, work, (again) => this.check(access, id, again));
  }
}
