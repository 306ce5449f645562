import { TeamMemberView } from '../proposals/proposals.dto.js';
import { Choice, Flag, Instant, Many, Text, Texts, Uuid, Uuids } from '../web/fields.js';
import { CHAIN_STATES } from './chain.entity.js';

export class MoveView {
  @Uuid() peerId: string;
  @Text() name: string;
  @Text({ nullable: true, description: 'The seat that they have now; null for whoever comes in' })
  from: string | null;
  @Text({
    nullable: true,
    description: 'The seat that they would have; null for whoever is not needed any more',
  })
  to: string | null;
}

export class LinkView {
  @Uuid() challengeId: string;
  @Text({ description: 'The challenge in words' }) where: string;
  @Flag({ description: 'Whether everybody who speaks for it has said yes' }) saidYes: boolean;
}

export class ChainView {
  @Uuid() id: string;
  @Uuid() challengeId: string;
  @Choice(CHAIN_STATES) state: string;
  @Many(() => MoveView) moves: MoveView[];
  @Many(() => LinkView) links: LinkView[];
  @Instant({ nullable: true }) answerBy: string | null;
}

export class AskChain {
  @Uuids({ description: 'Those who told you that they would move, by id: everybody who would' })
  willing: string[];
}

export class ChangedTeamView {
  @Uuid() chainId: string;
  @Many(() => TeamMemberView) members: TeamMemberView[];
  @Texts({ description: 'The seats that change, by id' }) changed: string[];
  @Instant({ nullable: true }) answerBy: string | null;
}

export class AnswerChange {
  @Uuid({ description: 'The chain that was shown' }) chainId: string;
  @Choice(['yes', 'no']) answer: 'yes' | 'no';
}
