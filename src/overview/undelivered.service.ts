import { Injectable } from '@nestjs/common';
import { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { Database } from '../database/database.js';
import { DeliveriesService } from '../messages/deliveries.service.js';
import type { Message } from '../messages/message.entity.js';
import { narrow, type Access, type Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { advisersOf, managerOf, speakersOf } from '../people/recipients.js';
import { badField, conflict } from '../web/problems.js';
import { paths } from '../web/paths.js';
import type { DeskLine } from './desk.js';

/** A message about a challenge that did not arrive, with what can be done about it. */
export interface Undelivered {
  message: Message;
  challenge: Challenge;
  /** Whose invitation it tells of; null for messages to others. */
  peer: { id: string; name: string; email: string | null; phone: string | null; invitationId: string } | null;
  /** Where it can be sent again. */
  addresses: string[];
  /** Why it cannot be sent again as it was; null where it can. */
  over: string | null;
}

/** Messages about challenges that did not arrive: beside the challenge and on start pages, until somebody puts it right. */
@Injectable()
export class UndeliveredService {
  constructor(
    private readonly db: Database,
    private readonly deliveries: DeliveriesService,
    private readonly challenges: ChallengesService,
  ) {}

  /** A line for each challenge of which something did not arrive. */
  async lines(access: Access, kindName: (kind: string) => string): Promise<DeskLine[]> {
    const lost = await this.deliveries.undelivered();
    const ids = lost.flatMap(({ about }) => challengeOf(about) ?? []);
    if (ids.length === 0) return [];
    const rows = this.db.manager
      .createQueryBuilder(Challenge, 'c')
      .innerJoinAndSelect('c.council', 'h')
      .where('c.id IN (:...ids)', { ids })
      .orderBy('h.name');
    const challenges = await narrow(rows, access, { region: 'h.region' }).getMany();
    return challenges.flatMap((challenge) => {
      const own = lost.filter(({ about }) => challengeOf(about) === challenge.id);
      const [first] = own;
      if (!first) return [];
      const what =
        own.length === 1
          ? `“${first.subject}” did not arrive at ${first.recipient}`
          : `${String(own.length)} messages did not arrive`;
      const href = own.length === 1 ? paths.message(first.id) : `${paths.challenge(challenge.id)}#messages`;
      const kind = kindName(challenge.kind);
      return [{ council: challenge.council?.name ?? '', kind, what, action: 'Put it right', href }];
    });
  }

  /** A message about a challenge, and what can be done. Throws a 404 where there is none. */
  async one(id: string): Promise<Undelivered> {
    const message = await this.deliveries.one(id);
    const challenge = await this.challenges.get(challengeOf(message.about) ?? '');
    const peer = await this.peerOf(message);
    if (peer) {
      const open = message.link?.purpose !== 'invitation' || peer.state === 'pending';
      const over = open ? null : 'They are not asked any more, or have answered since.';
      return { message, challenge, peer, addresses: peer.email ? [peer.email] : [], over };
    }
    const tx = this.db.manager;
    const known = [
      message.recipient,
      ...(await speakersOf(tx, challenge.councilId)),
      ...(await advisersOf(tx, challenge.council?.region ?? null, this.db.today())),
      ...(await managerOf(tx, challenge)),
    ];
    return { message, challenge, peer: null, addresses: [...new Set(known)], over: null };
  }

  /** Sends it again. Throws a 400 for an address that is not one of those it may go to, and a 409 where it is over. */
  async again(actor: Actor, id: string, to: string): Promise<void> {
    const { addresses, over, message } = await this.one(id);
    if (over !== null) throw conflict('over', over);
    if (!addresses.includes(to)) throw badField('/to', 'choose where it is to go');
    await this.db.transact(async (tx) => {
      await this.deliveries.again(tx, id, to);
      await record(tx, actor, 'message.sent-again', message.about, { message: id });
    });
  }

  /** They were told otherwise, or need not be told. */
  async settle(actor: Actor, id: string): Promise<void> {
    const { about } = await this.deliveries.one(id);
    await this.db.transact(async (tx) => {
      await this.deliveries.settle(tx, id);
      await record(tx, actor, 'message.settled', about, { message: id });
    });
  }

  private async peerOf({ concerns }: Message): Promise<(Undelivered['peer'] & { state: string }) | null> {
    if (concerns === null) return null;
    const [row] = await this.db.query<(NonNullable<Undelivered['peer']> & { state: string })[]>(
      `SELECT p.id, p.name, p.email, p.phone, i.id AS "invitationId", i.state
       FROM invitations i JOIN peers p ON p.id = i.peer_id WHERE 'invitation:' || i.id = $1`,
      [concerns],
    );
    return row ?? null;
  }
}

const challengeOf = (about: string): string | undefined => /^challenge:(.+)$/.exec(about)?.[1];
