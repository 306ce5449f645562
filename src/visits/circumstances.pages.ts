import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ChallengesService } from '../challenges/challenges.service.js';
import { seatLabel } from '../kinds/seats.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { standingWords } from '../proposals/standing.js';
import { SeatAlternatives } from '../proposals/seat-alternatives.service.js';
import type { SeatChoice } from '../proposals/seat-choices.js';
import type { Challenge } from '../challenges/challenge.entity.js';
import type { Role } from '../people/permissions.js';
import { Choice, Text } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import type { Circumstance } from './circumstance.entity.js';
import { CircumstancesService } from './circumstances.service.js';
import { FIELD_WORDS } from './peer-changes-watch.service.js';

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
    private readonly alternatives: SeatAlternatives,
  ) {}

  @Get()
  @Allow('challenges.manage', 'circumstance')
  async show(@Granted() { actor }: Access, @Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const one = await this.circumstances.get(id);
    const challenge = await this.challenges.get(one.challengeId);
    const { name: kind } = await this.challenges.kindOf(challenge);
    const model = {
      one,
      challenge,
      kind,
      seat: seatLabel(one.seat),
      what: one.change ? one.change.fields.map((field) => FIELD_WORDS[field]).join(', ') : '',
      bars: standingWords(await this.circumstances.bars(one)),
      choices: await this.choices(challenge, one, actor.role),
    };
    return new Page('visits/views/circumstance.njk', {
      title: `${one.peer?.name ?? 'A peer'}: circumstances have changed`,
      ...model,
      ...again,
    });
  }

  @Post()
  @Allow('challenges.manage', 'circumstance')
  settle(
    @Granted() access: Access,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<Page | Redirect | Download> {
    const work = async ({ decision, reason }: SettleForm): Promise<Redirect> => {
      await (decision === 'keep'
        ? this.circumstances.keep(access.actor, id, reason)
        : this.circumstances.replace(access.actor, id, reason));
      return new Redirect(paths.challenge((await this.circumstances.get(id)).challengeId));
    };
    return submit(SettleForm, body, work, (again) => this.show(access, id, again));
  }

  /** The proposed repair: the best others for the seat, on the same days, with everybody else staying. */
  private async choices(
    challenge: Challenge,
    { seat, visit, state }: Circumstance,
    role: Role,
  ): Promise<SeatChoice[]> {
    if (visit !== 'on_site' || state !== 'open') return [];
    const team = await this.circumstances.agreedTeam(challenge.id);
    if (!team) return [];
    const { choices } = await this.alternatives.of(challenge, team, seat, role);
    return choices.filter(({ bars }) => bars === '').slice(0, CHOICES);
  }
}
