import { Transform } from 'class-transformer';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ChallengesService } from '../challenges/challenges.service.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { isStaff } from '../people/permissions.js';
import { Choice, Uuid, Uuids } from '../web/fields.js';
import { FRESH, listOf, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { asksFor } from '../proposals/consents.js';
import type { ChainState } from './chain.entity.js';
import { ChainViews } from './chain-views.service.js';
import { ChainsService } from './chains.service.js';

class AskForm {
  @Says('Tick everybody who would move, once you have spoken with them')
  @Transform(({ value }) => listOf(value))
  @Uuids()
  willing: string[];
}

class AnswerForm {
  @Uuid() chainId: string;
  @Says('Choose whether your team may change') @Choice(['yes', 'no']) answer: 'yes' | 'no';
}

type Answer = Promise<Page | Redirect | Download>;

const TITLES: Record<ChainState, string> = {
  found: 'Fill the seat by a move between teams?',
  asked: 'The councils are asked',
  done: 'The teams have changed',
  refused: 'A council has said no',
  past: 'This is not possible any more',
};

/** The adviser looks at who would move where and asks the councils; each council answers for its own team. */
@Controller()
export class ChainsPages {
  constructor(
    private readonly chains: ChainsService,
    private readonly views: ChainViews,
    private readonly challenges: ChallengesService,
  ) {}

  @Get('chains/:id')
  @Allow('teams.read', 'chain')
  async look(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const chain = await this.chains.get(id);
    const shown = await this.views.of(chain);
    const movers = shown.moves.filter(({ from }) => from !== null);
    const challenge = await this.challenges.get(chain.challengeId);
    const model = { chain, challenge, ...shown, movers };
    return new Page('chains/views/chain.njk', { title: TITLES[chain.state], ...model, ...again });
  }

  @Post('chains/:id')
  @Allow('teams.request', 'chain')
  ask(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ willing }: AskForm): Promise<Redirect> => {
      await this.chains.ask(actor, id, willing);
      return new Redirect(paths.chain(id));
    };
    return submit(AskForm, body, work, (again) => this.look(id, again));
  }

  @Post('chains/:id/drop')
  @Allow('teams.request', 'chain')
  async drop(@Granted() { actor }: Access, @Param('id') id: string): Promise<Redirect> {
    const { challengeId } = await this.chains.drop(actor, id);
    return new Redirect(paths.challenge(challengeId));
  }

  @Get('challenges/:id/changed-team')
  @Allow('team.read', 'challenge')
  async changed(@Granted() { actor }: Access, @Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const chain = await this.chains.askedOf(id);
    if (!chain) return nothingAsked(id);
    const shown = await this.views.changed(chain, id);
    const link = chain.links.find(({ challengeId }) => challengeId === id);
    const { hosts } = await this.challenges.hosts(shown.challenge);
    const { secondApproval } = await this.challenges.kindOf(shown.challenge);
    const said = !asksFor(actor, shown.challenge, { secondApproval, given: link?.approvals ?? [] });
    const model = { ...shown, hosts, said, gains: chain.challengeId === id };
    // Staff read what the council reads.
    const title = isStaff(actor.role) ? 'The change, as its council sees it' : 'May your team change?';
    return new Page('chains/views/changed-team.njk', { title, ...model, ...again });
  }

  @Post('challenges/:id/changed-team')
  @Allow('team.approve', 'challenge')
  answer(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async ({ chainId, answer }: AnswerForm): Promise<Redirect> => {
      const isYes = answer === 'yes';
      await this.chains.answer(access, chainId, id, isYes);
      return new Redirect(isYes ? paths.done(id, 'change-agreed') : paths.done(id, 'change-refused'));
    };
    return submit(AnswerForm, body, work, (again) => this.changed(access, id, again));
  }
}

function nothingAsked(id: string): Page {
  const paragraphs = [
    'No change of your team is asked about at the moment. If you were asked before, it was made, refused or let go.',
  ];
  const links = [{ href: paths.challenge(id), text: 'Go to the challenge' }];
  return new Page('web/views/message.njk', { title: 'Nothing is asked of you', paragraphs, links });
}
