import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import { programmeYear, programmeYearRange } from '../calendar/programme-year.js';
import { Challenge } from '../challenges/challenge.entity.js';
import { Database } from '../database/database.js';
import type { Assignment, YearInput } from '../matching/year/year-of.js';
import { SYSTEM } from '../people/access.js';
import { record } from '../people/audit.js';
import { PlanMaking } from '../programme/plan/plan-making.service.js';
import { Proposal } from '../proposals/proposal.entity.js';
import { QuestionsService } from '../proposals/questions.service.js';
import { windowOf } from '../proposals/standing.js';
import { TeamRequest } from '../proposals/team-request.entity.js';
import { Chain, type Link } from './chain.entity.js';
import { ChainNotices } from './chain-notices.service.js';
import { findChain } from './chain-thread.js';

/** A challenge with the team that is agreed for it. */
interface Standing {
  challenge: Challenge;
  team: Proposal;
}

/** The job that looks for a chain where a repair leaves a seat empty. */
@Injectable()
export class ChainFinding {
  constructor(
    private readonly db: Database,
    private readonly plans: PlanMaking,
    private readonly questions: QuestionsService,
    private readonly notices: ChainNotices,
  ) {}

  /** Looks, and tells the advisers of what it finds. Does nothing where the seat is not open any more, so that it may run any number of times. */
  async find(requestId: string): Promise<void> {
    const asked = await this.asked(this.db.manager, requestId);
    if (!asked) return;
    const others = await this.others(asked.standing);
    const input = await this.input(asked, others);
    const teams = await findChain(input, asked.standing.challenge.id);
    if (!teams) return;
    const links = linksOf(teams, input.incumbent, [asked.standing, ...others]);
    await this.db.transact((tx) => this.store(tx, requestId, links));
  }

  /** The challenge of a repair that is done, while it is still the last word on a team that waits for somebody. */
  private async asked(
    tx: EntityManager,
    requestId: string,
  ): Promise<{ standing: Standing; request: TeamRequest } | null> {
    const request = await tx.findOneBy(TeamRequest, { id: requestId });
    if (request?.state !== 'done' || request.cause !== 'repair') return null;
    const { challengeId } = request;
    const [newest] = await tx.find(TeamRequest, {
      where: { challengeId },
      order: { createdAt: 'DESC', id: 'ASC' },
      take: 1,
    });
    const [standing] = await standingOf(tx, `c.id = $1 AND c.state = 'inviting'`, [challengeId]);
    return newest?.id === requestId && standing ? { standing, request } : null;
  }

  /**
   * Challenges of the same programme year that are to come, with a team that could serve as things are. Without those where somebody comes for some
   * of the days, or for a further stay: the engine moves people between whole visits.
   */
  private async others({ challenge, team }: Standing): Promise<Standing[]> {
    const year = programmeYearRange(programmeYear(team.firstDay));
    const found = await standingOf(
      this.db.manager,
      `c.id <> $1 AND c.state = ANY('{team_agreed,inviting,confirmed}') AND c.first_day > $2 AND c.first_day BETWEEN $3 AND $4
       AND c.stay_of_id IS NULL AND NOT EXISTS (SELECT FROM challenges s WHERE s.stay_of_id = c.id)
       AND NOT EXISTS (SELECT FROM jsonb_array_elements(c.seats) s WHERE s ?| '{presence,offSite}')
       AND NOT EXISTS (SELECT FROM chains x, jsonb_array_elements(x.links) l WHERE x.state = 'asked' AND l->>'challengeId' = c.id::text)`,
      [challenge.id, this.db.today(), year.from, year.to],
    );
    const able: Standing[] = [];
    for (const one of found)
      if ((await this.questions.barred(this.db.manager, one.team)).length === 0) able.push(one);
    return able;
  }

  /** All of them on their days, with their teams; whoever stays at the challenge asked about stays. */
  private async input(
    { standing, request }: { standing: Standing; request: TeamRequest },
    others: Standing[],
  ): Promise<YearInput> {
    const { team, challenge } = standing;
    const year = programmeYear(team.firstDay);
    const all = [standing, ...others];
    const input = await this.plans.yearOf(
      this.db.manager,
      year,
      all.map(({ challenge: one, team: { windowId, firstDay, days } }) =>
        Object.assign(one, { windows: [windowOf({ id: windowId, start: firstDay, days })] }),
      ),
    );
    const staying = Object.fromEntries(
      Object.entries(request.pins.seats).filter(([seat, peer]) => peer !== null && team.seats[seat] === peer),
    );
    return {
      programme: {
        ...input.programme,
        commitments: [{ challenge: challenge.id, window: team.windowId, seats: staying }],
      },
      incumbent: all.map(({ challenge: { id }, team: { windowId, seats } }) => ({
        challenge: id,
        window: windowId,
        seats: id === challenge.id ? { ...blank(seats), ...staying } : seats,
      })),
    };
  }

  private async store(tx: EntityManager, requestId: string, links: Link[]): Promise<void> {
    const [first] = links;
    if (!first) return;
    await tx.findOne(Challenge, {
      where: { id: first.challengeId },
      lock: { mode: 'pessimistic_write' },
    });
    const asked = await this.asked(tx, requestId);
    if (asked?.standing.team.id !== first.proposalId) return;
    const { challengeId } = first;
    const live = await tx.findBy(Chain, { challengeId, state: In(['found', 'asked']) });
    // What is before the councils is answered first.
    if (live.some(({ state }) => state === 'asked')) return;
    for (const one of live) one.end('past');
    await tx.save(live);
    const chain = await tx.save(tx.create(Chain, { challengeId, state: 'found', links, willing: [] }));
    await this.notices.found(tx, chain);
    await record(tx, SYSTEM, 'chain.found', `challenge:${challengeId}`, { chain: chain.id });
  }
}

async function standingOf(tx: EntityManager, where: string, values: unknown[]): Promise<Standing[]> {
  const rows = await tx.query<{ challenge: string; team: string }[]>(
    `SELECT c.id AS challenge, p.id AS team FROM challenges c JOIN proposals p ON p.challenge_id = c.id AND p.state = 'agreed' WHERE ${where} ORDER BY c.created_at, c.id`,
    values,
  );
  const challenges = await tx.findBy(Challenge, { id: In(rows.map(({ challenge }) => challenge)) });
  const teams = await tx.findBy(Proposal, { id: In(rows.map(({ team }) => team)) });
  return rows.flatMap((row) => {
    const challenge = challenges.find(({ id }) => id === row.challenge);
    const team = teams.find(({ id }) => id === row.team);
    return challenge && team ? [{ challenge, team }] : [];
  });
}

const blank = (seats: Proposal['seats']): Proposal['seats'] =>
  Object.fromEntries(Object.keys(seats).map((seat) => [seat, null]));

function linksOf(teams: readonly Assignment[], now: readonly Assignment[], all: readonly Standing[]): Link[] {
  return teams.flatMap(({ challenge: challengeId, seats }) => {
    const before = now.find(({ challenge }) => challenge === challengeId)?.seats;
    const team = all.find(({ challenge }) => challenge.id === challengeId)?.team;
    if (!before || !team) return [];
    const { id: proposalId, firstDay, lastDay } = team;
    return [{ challengeId, proposalId, firstDay, lastDay, before, seats, approvals: [] }];
  });
}
