import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { TeamSeats, Window } from '../matching/problem/programme.js';
import type { Actor } from '../people/access.js';
import { keepMost } from './keep-most.js';
import { QuestionsService } from './questions.service.js';
import { membersOf } from './standing.js';
import { RequestsService } from './requests.service.js';
import type { TeamRequest } from './team-request.entity.js';

/** Teams for other days, or for another visit, of people who served or were to serve together. */
@Injectable()
export class KeptTeams {
  constructor(
    private readonly questions: QuestionsService,
    private readonly requests: RequestsService,
  ) {}

  /** Who of a team could serve in the one of some other windows that suits most of them: their ids by seat. Nothing is asked yet. */
  async couldCome(challengeId: string, windows: Window[], team: TeamSeats): Promise<TeamSeats> {
    const among = { positions: [], ids: membersOf(team) };
    return keepMost(await this.questions.of(challengeId, { windows, among }), team).seats;
  }

  /** Asks the engine for a team that keeps all who may serve in the window that suits most of them, and fills the other seats. */
  async ask(tx: EntityManager, actor: Actor, challengeId: string, team: TeamSeats): Promise<TeamRequest> {
    const pins = keepMost(await this.questions.of(challengeId, {}, tx), team);
    return this.requests.requestWithin(tx, actor, challengeId, { cause: 'repair', pins, without: [] });
  }
}
