import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ChallengesService } from '../challenges/challenges.service.js';
import { seatLabel } from '../challenges/seat-words.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { PolicyService } from '../policy/policy.service.js';
import { wordsOf } from '../policy/words.js';
import { Proposal } from '../proposals/proposal.entity.js';
import { ProposalsService } from '../proposals/proposals.service.js';
import { BAR_WORDS, seatChoices, type SeatChoice } from '../proposals/seat-choices.js';
import { Choice, Text } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import type { Circumstance } from './circumstance.entity.js';
import { CircumstancesService, FIELD_WORDS } from './circumstances.service.js';

class SettleForm {
  @Says('Choose what becomes of the seat') @Choice(['keep', 'replace']) decision: 'keep' | 'replace';
  @Says('Enter the reason') @Text({ max: 1000 }) reason: string;
}

const CHOICES = 3;

/** A peer whose circumstances have changed: do they stay in the seat, and who would come instead? */
@Controller('circumstances/:id')
export class CircumstancePages {
  constructor(
    private readonly circumstances: CircumstancesService,
    private readonly challenges: ChallengesService,
    private readonly proposals: ProposalsService,
    private readonly policy: PolicyService,
    private readonly source: DataSource,
  ) {}

  @Get()
  @Allow('challenges.manage', 'circumstance')
  async show(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const one = await this.circumstances.get(id);
    const challenge = await this.challenges.get(one.challengeId);
    const words = await wordsOf(this.policy);
    const model = {
      one,
      challenge,
      kind: words.kind(challenge.kind),
      seat: seatLabel(one.seat),
      what: (one.change?.fields ?? []).map((field) => FIELD_WORDS[field]).join(', '),
      bars: (await this.circumstances.bars(one)).map((bar) => BAR_WORDS[bar]),
      choices: await this.choices(one),
    };
    return new Page('visits/views/circumstance.njk', {
      title: `${one.peer?.name ?? 'A peer'}: circumstances have changed`,
      ...model,
      ...again,
    });
  }

  @Post()
  @Allow('challenges.manage', 'circumstance')
  settle(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Promise<Page | Redirect | Download> {
    const work = async ({ decision, reason }: SettleForm): Promise<Redirect> => {
      await (decision === 'keep' ? this.circumstances.keep(actor, id, reason) : this.circumstances.replace(actor, id, reason));
      return new Redirect(paths.challenge((await this.circumstances.get(id)).challengeId));
    };
    return submit(SettleForm, body, work, (again) => this.show(id, again));
  }

  /** The proposed repair: the best others for the seat, on the same days, with everybody else staying. */
  private async choices({ challengeId, seat, visit, state }: Circumstance): Promise<SeatChoice[]> {
    const team =
      visit === 'on_site' && state === 'open' ? await this.source.manager.findOneBy(Proposal, { challengeId, state: 'agreed' }) : null;
    if (!team) return [];
    const { seats } = await this.challenges.get(challengeId);
    const positions = seats.find(({ id }) => id === seat)?.positions ?? [];
    const ids = Object.values(team.seats).filter((peer) => peer !== null);
    const question = await this.proposals.question(challengeId, [], undefined, { positions, ids });
    const all = await seatChoices(this.source, question, team, seat, await wordsOf(this.policy));
    return all.filter(({ bars }) => bars === '').slice(0, CHOICES);
  }
}
