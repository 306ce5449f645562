import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ChallengesService } from '../challenges/challenges.service.js';
import { seatWords } from '../kinds/seats.js';
import { WAIVABLE_TERMS } from '../matching/problem/programme.js';
import { Allow, Granted, SignedIn, type Access } from '../people/access.js';
import type { Account } from '../people/account.entity.js';
import { Choice, Text, Uuid } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { badField, notFound } from '../web/problems.js';
import { ProposalsService } from './proposals.service.js';
import { SeatAlternatives } from './seat-alternatives.service.js';
import { SoundingsService } from './soundings.service.js';

class PutPeer {
  @Uuid({ optional: true }) peer?: string;
  @Choice(['swap', 'reserve', 'sound', 'empty']) step: 'swap' | 'reserve' | 'sound' | 'empty';
}

class Waive {
  @Says('Choose what is to be waived') @Choice(WAIVABLE_TERMS) term: (typeof WAIVABLE_TERMS)[number];
  @Says('Enter a reason') @Text({ max: 1000 }) reason: string;
}

/** Penalties that a person may waive, as people say them. */
const WAIVABLE: Record<(typeof WAIVABLE_TERMS)[number], string> = {
  recent: 'Used in the last twelve months',
  sameRegion: 'Same region as the council',
  distanceMax: 'Far to travel',
};

type Answer = Promise<Page | Redirect | Download>;

/** One seat of a team: changed, given a reserve, a penalty waived, somebody sounded out. */
@Controller('proposals/:id/seats/:seat')
export class SeatPages {
  constructor(
    private readonly proposals: ProposalsService,
    private readonly challenges: ChallengesService,
    private readonly alternatives: SeatAlternatives,
    private readonly soundings: SoundingsService,
  ) {}

  @Get()
  @Allow('proposals.agree', 'proposal')
  async seat(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Param('seat') seat: string,
    again: Again = FRESH,
  ): Promise<Page> {
    const proposal = await this.proposals.get(id);
    const challenge = await this.challenges.get(proposal.challengeId);
    const { team, choices, no, stays } = await this.alternatives.of(challenge, proposal, seat, actor.role);
    const shown = team?.seats.find((one) => one.seat === seat);
    if (!shown) throw notFound('seat');
    const asked = await this.soundings.ofChallenge(challenge.id);
    const model = {
      challenge,
      team,
      seat: shown,
      choices: choices.filter(({ bars }) => bars === ''),
      barred: choices.filter(({ bars }) => bars !== ''),
      no,
      stays,
      asked,
      waivable: WAIVABLE,
      proposalId: id,
    };
    const title =
      no && shown.member ? `Who instead of ${shown.member.name}?` : `Change a seat: ${seatWords(seat)}`;
    return new Page('proposals/views/seat.njk', { title, ...model, ...again });
  }

  @Post()
  @Allow('proposals.agree', 'proposal')
  put(
    @Granted() access: Access,
    @Param('id') id: string,
    @Param('seat') seat: string,
    @Body() body: unknown,
  ): Answer {
    const { actor } = access;
    const work = async ({ peer, step }: PutPeer): Promise<Redirect> => {
      if (step === 'empty')
        return new Redirect(paths.proposal((await this.proposals.edit(actor, id, { [seat]: null })).id));
      if (!peer) throw badField('/peer', 'Choose who shall take the seat');
      if (step === 'swap')
        return new Redirect(paths.proposal((await this.proposals.edit(actor, id, { [seat]: peer })).id));
      if (step === 'reserve') await this.proposals.nameReserve(actor, id, seat, peer);
      else await this.soundings.ask(actor, (await this.proposals.get(id)).challengeId, seat, peer);
      return new Redirect(paths.seat(id, seat));
    };
    return submit(PutPeer, body, work, (again) => this.seat(access, id, seat, again));
  }

  @Post('waive')
  @Allow('proposals.agree', 'proposal')
  waive(
    @Granted() access: Access,
    @SignedIn() account: Account,
    @Param('id') id: string,
    @Param('seat') seat: string,
    @Body() body: unknown,
  ): Answer {
    const work = async ({ term, reason }: Waive): Promise<Redirect> => {
      const waiver = { term, by: account.name, reason };
      const edited = await this.proposals.waive(access.actor, id, seat, waiver);
      return new Redirect(paths.proposal(edited.id));
    };
    return submit(Waive, body, work, (again) => this.seat(access, id, seat, again));
  }
}
