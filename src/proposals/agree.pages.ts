import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { WindowsService } from '../challenges/windows.service.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { Texts } from '../web/fields.js';
import { FRESH, listOf, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { AgreementService } from './agreement.service.js';
import type { Proposal } from './proposal.entity.js';
import { ProposalsService } from './proposals.service.js';
import { TeamViews } from './team-views.service.js';

/** What the page showed: invitations that were said yes to, and end by this. */
class AgreeForm {
  @Transform(({ value }) => listOf(value))
  @Texts({ optional: true, max: 30 })
  ends?: string[];
}

/** Agreeing a team: what it means is looked at first, and what the calendar says of its days. */
@Controller('proposals/:id/agree')
export class AgreePages {
  constructor(
    private readonly proposals: ProposalsService,
    private readonly agreement: AgreementService,
    private readonly windows: WindowsService,
    private readonly views: TeamViews,
  ) {}

  @Get()
  @Allow('proposals.agree', 'proposal')
  async check(@Granted() { actor }: Access, @Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const proposal = await this.proposals.get(id);
    if (proposal.state !== 'proposed') return notToChoose(proposal);
    const meant = await this.agreement.consequences(proposal);
    const [team] = await this.views.compare(meant.challenge, [proposal], actor.role);
    const { firstDay: start, days } = proposal;
    const [against = []] = await this.windows.against([{ challenge: meant.challenge, start, days }]);
    const title = 'Check before you agree this team';
    return new Page('proposals/views/agree.njk', { title, ...meant, team, against, ...again });
  }

  @Post()
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

/** A team that is agreed already, or that stands no more. */
const notToChoose = ({ id, requestId, state }: Proposal): Page =>
  new Page('web/views/message.njk', {
    title: state === 'agreed' ? 'This team is agreed already' : 'This team cannot be chosen any more',
    paragraphs: [
      state === 'agreed'
        ? 'There is nothing more to do.'
        : 'It was agreed before and replaced, a change of it was taken back, or newer teams were proposed. Choose among those that stand, or ask for teams again.',
    ],
    links: [
      { href: paths.teamRequest(requestId), text: 'All teams' },
      { href: paths.proposal(id), text: 'This team' },
    ],
  });
