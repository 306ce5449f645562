import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Challenge } from '../challenges/challenge.entity.js';
import { seatLabel } from '../challenges/seat-words.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { WAIVABLE_TERMS } from '../matching/problem/programme.js';
import { Allow, Granted, SignedIn, type Access } from '../people/access.js';
import type { Account } from '../people/account.entity.js';
import { PolicyService } from '../policy/policy.service.js';
import { wordsOf } from '../policy/words.js';
import { Choice, Text, Uuid } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { notFound } from '../web/problems.js';
import { AgreementService } from './agreement.service.js';
import { compare } from './comparison.js';
import type { Proposal } from './proposal.entity.js';
import { ProposalsService } from './proposals.service.js';
import { seatChoices } from './seat-choices.js';
import { SoundingsService } from './soundings.service.js';

class PutPeer {
  @Says('Choose who shall take the seat')
  @Uuid()
  peer: string;
  @Choice(['swap', 'reserve', 'sound']) step: 'swap' | 'reserve' | 'sound';
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

/** One team: its seats changed, a penalty waived, a reserve named, somebody sounded out; then agreed. */
@Controller('proposals')
export class ProposalPages {
  constructor(
    private readonly proposals: ProposalsService,
    private readonly agreement: AgreementService,
    private readonly challenges: ChallengesService,
    private readonly policy: PolicyService,
    private readonly soundings: SoundingsService,
    private readonly source: DataSource,
  ) {}

  @Get(':id')
  @Allow('proposals.read', 'proposal')
  async one(@Param('id') id: string): Promise<Page> {
    const proposal = await this.proposals.get(id);
    const { challenge, team, words } = await this.shown(proposal);
    const from = proposal.editedFrom ? await this.proposals.get(proposal.editedFrom) : null;
    const change = from && proposal.score - from.score;
    return new Page('proposals/views/proposal.njk', {
      title: `Team for ${challenge.council?.name ?? ''}`,
      challenge,
      team,
      change,
      kind: words.kind(challenge.kind),
      requestId: proposal.requestId,
    });
  }

  @Get(':id/seats/:seat')
  @Allow('proposals.agree', 'proposal')
  async seat(@Param('id') id: string, @Param('seat') seat: string, again: Again = FRESH): Promise<Page> {
    const proposal = await this.proposals.get(id);
    const { challenge, team, words } = await this.shown(proposal);
    const shown = team?.seats.find((one) => one.seat === seat);
    if (!shown) throw notFound('seat');
    const positions = challenge.seats.find((one) => one.id === seat)?.positions ?? [];
    const among = { positions, ids: Object.values(proposal.seats).filter((peer) => peer !== null) };
    const question = await this.proposals.question(challenge.id, [], undefined, among);
    const choices = await seatChoices(this.source, question, proposal, seat, words);
    const asked = await this.soundings.ofChallenge(challenge.id);
    const model = { challenge, team, seat: shown, choices, asked, waivable: WAIVABLE, proposalId: id };
    return new Page('proposals/views/seat.njk', { title: `Change a seat: ${seatLabel(seat).toLowerCase()}`, ...model, ...again });
  }

  @Post(':id/seats/:seat')
  @Allow('proposals.agree', 'proposal')
  put(@Granted() { actor }: Access, @Param('id') id: string, @Param('seat') seat: string, @Body() body: unknown): Answer {
    const work = async ({ peer, step }: PutPeer): Promise<Redirect> => {
      if (step === 'swap') return new Redirect(paths.proposal((await this.proposals.edit(actor, id, { [seat]: peer })).id));
      if (step === 'reserve') await this.proposals.nameReserve(actor, id, seat, peer);
      else await this.soundings.ask(actor, (await this.proposals.get(id)).challengeId, seat, peer);
      return new Redirect(paths.seat(id, seat));
    };
    return submit(PutPeer, body, work, (again) => this.seat(id, seat, again));
  }

  @Post(':id/seats/:seat/waive')
  @Allow('proposals.agree', 'proposal')
  waive(
    @Granted() { actor }: Access,
    @SignedIn() account: Account,
    @Param('id') id: string,
    @Param('seat') seat: string,
    @Body() body: unknown,
  ): Answer {
    const work = async ({ term, reason }: Waive): Promise<Redirect> => {
      const proposal = await this.proposals.get(id);
      const peerId = proposal.seats[seat];
      if (!peerId) throw notFound('member in this seat');
      await this.challenges.waive(actor, proposal.challengeId, { peerId, term, by: account.name, reason });
      return new Redirect(paths.proposal((await this.proposals.edit(actor, id, {})).id));
    };
    return submit(Waive, body, work, (again) => this.seat(id, seat, again));
  }

  @Get(':id/agree')
  @Allow('proposals.agree', 'proposal')
  async check(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const proposal = await this.proposals.get(id);
    const { challenge, team, kind } = await this.shown(proposal);
    return new Page('proposals/views/agree.njk', {
      title: 'Check before you agree this team',
      challenge,
      team,
      objectionDays: kind.objectionWorkingDays,
      second: kind.secondApproval,
      ...again,
    });
  }

  @Post(':id/agree')
  @Allow('proposals.agree', 'proposal')
  agree(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    class Nothing {}
    const work = async (): Promise<Redirect> => {
      const { challengeId } = await this.agreement.agree(actor, id);
      return new Redirect(paths.done(challengeId, 'agreed'));
    };
    return submit(Nothing, body, work, (again) => this.check(id, again));
  }

  private async shown(proposal: Proposal) {
    const challenge: Challenge = await this.challenges.get(proposal.challengeId);
    const words = await wordsOf(this.policy);
    const kind = await this.policy.kind(challenge.kind);
    const [team] = await compare(this.source, challenge, [proposal], words);
    return { challenge, words, kind, team };
  }
}
