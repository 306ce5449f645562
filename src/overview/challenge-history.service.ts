import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import { ChallengesService } from '../challenges/challenges.service.js';
import { STATE_NAMES } from '../challenges/states.js';
import { Database } from '../database/database.js';
import { Invitation } from '../invitations/invitation.entity.js';
import { seatWords } from '../kinds/seats.js';
import { Message } from '../messages/message.entity.js';
import { Peer } from '../peers/peer.entity.js';
import { Account } from '../people/account.entity.js';
import { actorNames } from '../people/actor-names.js';
import { toldOf } from '../people/audit.js';
import { scopeOf, type Role } from '../people/permissions.js';
import { AskedAgain } from '../proposals/asked-again.entity.js';
import { Objection } from '../proposals/objection.entity.js';
import { Proposal } from '../proposals/proposal.entity.js';
import { standingWords, type StandingBar } from '../proposals/standing.js';
import { Circumstance } from '../visits/circumstance.entity.js';
import { ClockService } from '../visits/clock.service.js';
import { lineOf, type Line, type Named } from './challenge-words.js';

/** One thing that happened to a challenge. */
export interface Happened extends Line {
  at: Date;
  who: string;
}

type Raw = Line & { at: Date; actor: string };

/** What of the steps its council may read too: not what staff say of peers, or have not sent yet. */
const STEPS_FOR_ALL = /^(step:|document:|follow-up:|timetable$|recommendations$)/;

/** What of the trail those may read who consent to the team: what it is for, and their own word on it. */
const CONSENTS = /^(team\.approved|objection\.|challenge\.changed)/;

/** All that happened to a challenge, from its states, its steps and the trail, in words. */
@Injectable()
export class ChallengeHistory {
  constructor(
    private readonly db: Database,
    private readonly challenges: ChallengesService,
    private readonly clock: ClockService,
  ) {}

  /** In the order in which it happened, as far as a role may read it. */
  async of(id: string, role: Role): Promise<Happened[]> {
    const isStaff = scopeOf(role, 'challenges.manage') !== undefined;
    const states = (await this.challenges.history(id, role)).map(({ to, at, reason, actor }) => ({
      what: STATE_NAMES[to],
      at,
      reason,
      actor,
    }));
    const steps = (await this.clock.history(id)).filter(
      ({ subject }) => isStaff || STEPS_FOR_ALL.test(subject),
    );
    const lines: Raw[] = [
      ...states,
      ...steps,
      ...(await this.told(id, role)),
      ...(isStaff ? await this.circumstances(id) : []),
    ];
    const names = await actorNames(
      this.db,
      lines.map(({ actor }) => actor),
    );
    return lines
      .sort((a, b) => a.at.getTime() - b.at.getTime())
      .map(({ what, reason, at, actor }) => ({ what, reason, at, who: names.get(actor) ?? 'somebody' }));
  }

  private async told(id: string, role: Role): Promise<Raw[]> {
    const isStaff = scopeOf(role, 'challenges.manage') !== undefined;
    const consents = scopeOf(role, 'team.read') !== undefined;
    const seen = (await toldOf(this.db, `challenge:${id}`)).filter(
      ({ action }) => isStaff || (consents && CONSENTS.test(action)),
    );
    if (seen.length === 0) return [];
    const named = await this.named(id);
    return seen.flatMap(({ at, actor, ...entry }) => {
      const said = lineOf(entry, named);
      return said ? [{ ...said, at, actor }] : [];
    });
  }

  /** What came up about peers; what was decided stands among the steps. */
  private async circumstances(challengeId: string): Promise<Raw[]> {
    const rows = await this.db.manager.find(Circumstance, {
      where: { challengeId },
      relations: { peer: true },
    });
    return rows.map(({ peer, seat, bars, createdAt }) => ({
      what: `${peer?.name ?? 'A peer'}, ${seatWords(seat)}: circumstances have changed`,
      reason: bars.length > 0 ? standingWords(bars as StandingBar[]) : null,
      at: createdAt,
      actor: 'system',
    }));
  }

  private async named(challengeId: string): Promise<Named> {
    const { manager } = this.db;
    const invitations = await manager.find(Invitation, { where: { challengeId }, relations: { peer: true } });
    const proposals = await manager.findBy(Proposal, { challengeId });
    const objections = await manager.find(Objection, {
      where: { challengeId },
      relations: { council: true },
    });
    const again = await manager.findBy(AskedAgain, { challengeId });
    const seated = proposals.flatMap(({ seats }) => Object.values(seats).filter((one) => one !== null));
    const peerIds = [...new Set([...seated, ...again.map(({ peerId }) => peerId)])];
    const peers = await manager.find(Peer, { where: { id: In(peerIds) }, select: { id: true, name: true } });
    const managers = await manager.find(Account, {
      where: { role: 'manager' },
      select: { id: true, name: true },
    });
    const sent = await manager.find(Message, {
      where: { about: `challenge:${challengeId}` },
      select: { id: true, subject: true, recipient: true },
    });
    const messages = new Map(sent.map(({ id, subject, recipient }) => [id, `“${subject}”, to ${recipient}`]));
    return {
      invitations: byId(invitations),
      proposals: byId(proposals),
      objections: byId(objections),
      bodies: await bodiesOf(manager, challengeId),
      askedAgain: new Map(again.map(({ peerId, reason }) => [peerId, reason])),
      peer: (id) => peers.find((one) => one.id === id)?.name ?? 'a peer',
      message: (id) => messages.get(String(id)) ?? 'a message',
      manager: (id) => managers.find((one) => one.id === id)?.name ?? 'nobody',
    };
  }
}

const byId = <T extends { id: string }>(rows: T[]): Map<string, T> =>
  new Map(rows.map((row) => [row.id, row]));

/** The bodies that a challenge is of, by id. */
async function bodiesOf(tx: EntityManager, challengeId: string): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.query<{ id: string; name: string }[]>(
    `SELECT h.id, h.name FROM challenges c JOIN councils h ON h.id = c.council_id OR h.id = ANY(c.partner_ids) WHERE c.id = $1`,
    [challengeId],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}
