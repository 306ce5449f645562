import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ChallengesService } from '../challenges/challenges.service.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { submit } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { signed } from '../english/words.js';
import type { ProposalState } from './proposal.entity.js';
import { EDITABLE, ProposalsService } from './proposals.service.js';
import { TeamViews } from './team-views.service.js';

/** Pressing the button is all there is to say. */
class Undo {}

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
    const from = proposal.editedFrom ? await this.proposals.found(proposal) : null;
    const [team] = await this.views.compare(challenge, [proposal], actor.role);
    // Alone it says who is in it; beside the one that it was made from, who came for whom.
    const [, beside] = from ? await this.views.compare(challenge, [from, proposal], actor.role) : [];
    const { name: kind } = await this.challenges.kindOf(challenge);
    const change = from && proposal.score - from.score;
    const changeable = EDITABLE.includes(challenge.state);
    const swaps = beside?.seats.filter(({ same, best, member }) => !same && (best ?? member)) ?? [];
    const edited = proposal.editedFrom !== null;
    const standing = standingWords(team?.state, { changeable, edited });
    const model = {
      challenge,
      team,
      change: changeWords(change),
      standing,
      swaps,
      kind,
      changeable,
      requestId: proposal.requestId,
    };
    const title = `Team for ${challenge.council?.name ?? ''}`;
    return new Page('proposals/views/proposal.njk', { title, ...model });
  }

  @Post('undo')
  @Allow('proposals.agree', 'proposal')
  undo(
    @Granted() access: Access,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<Page | Redirect | Download> {
    const work = async (): Promise<Redirect> =>
      new Redirect(paths.proposal((await this.proposals.undo(access.actor, id)).id));
    return submit(Undo, body, work, () => this.one(access, id));
  }
}

/** What a change did to the score, after the score; empty for a team that was found. */
const changeWords = (change: number | null): string =>
  change === null ? '' : change === 0 ? ', as before the change' : `, ${signed(change)} by the change`;

/** Why a team is not to be chosen here. */
function standingWords(
  state: ProposalState | undefined,
  { changeable, edited }: { changeable: boolean; edited: boolean },
): string {
  if (state === 'agreed')
    return `This is the team that is agreed.${changeable ? ' Change a seat, then choose the changed team.' : ''}`;
  return edited
    ? 'It is set aside: the change was taken back, or newer teams were proposed. Those that stand are under All teams, above.'
    : 'It is set aside: another team was agreed, or newer ones were proposed.';
}
