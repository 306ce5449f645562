import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import type { ChallengeState } from '../challenges/states.js';
import { Database } from '../database/database.js';
import { DeliveriesService, renewsLink } from '../messages/deliveries.service.js';
import type { Message } from '../messages/message.entity.js';
import type { TemplateName } from '../messages/templates.js';
import { narrow, type Access, type Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { advisersOf, managersOf } from '../people/recipients.js';
import { badField, conflict } from '../web/problems.js';
import { paths } from '../web/paths.js';
import type { DeskLine } from './desk.js';

/** A message about a challenge that did not arrive, with what can be done about it. */
export interface Undelivered {
  message: Message;
  challenge: Challenge;
  /** Whose invitation it tells of; null for messages to others. */
  peer: {
    id: string;
    name: string;
    email: string | null;
    phone: string | null;
    invitationId: string | null;
  } | null;
  /** Where it can be sent again. */
  addresses: string[];
  /** It gets a new link, and the one of before opens nothing any more. */
  renewsLink: boolean;
  /** Why it cannot be sent again as it was; null where it can. */
  over: string | null;
}

type ForPeer = NonNullable<Undelivered['peer']> & { state: string };

/** Messages about challenges that did not arrive: beside the challenge and on start pages, until somebody puts it right. */
@Injectable()
export class UndeliveredService {
  constructor(
    private readonly db: Database,
    private readonly deliveries: DeliveriesService,
    private readonly challenges: ChallengesService,
  ) {}

  /** What did not arrive and is not put right yet, by challenge, within what somebody may see. */
  async open(access: Access): Promise<{ challenge: Challenge; lost: Message[] }[]> {
    const lost = await this.deliveries.undelivered();
    const ids = lost.flatMap(({ about }) => challengeOf(about) ?? []);
    if (ids.length === 0) return [];
    const rows = this.db.manager
      .createQueryBuilder(Challenge, 'c')
      .innerJoinAndSelect('c.council', 'h')
      .where('c.id IN (:...ids)', { ids })
      .orderBy('h.name');
    const challenges = await narrow(rows, access, { region: 'h.region' }).getMany();
    return challenges.map((challenge) => ({
      challenge,
      lost: lost.filter(({ about }) => challengeOf(about) === challenge.id),
    }));
  }

  /** A line for each challenge of which something did not arrive. */
  async lines(access: Access, kindName: (kind: string) => string): Promise<DeskLine[]> {
    return (await this.open(access)).flatMap(({ challenge, lost: own }) => {
      const [first] = own;
      if (!first) return [];
      const what =
        own.length === 1
          ? `“${first.subject}” did not arrive at ${first.recipient}`
          : `${String(own.length)} messages did not arrive`;
      const href = own.length === 1 ? paths.message(first.id) : `${paths.challenge(challenge.id)}#messages`;
      const kind = kindName(challenge.kind);
      const council = challenge.council?.name ?? '';
      return [{ council, kind, what, action: 'Put it right', href, challengeId: challenge.id }];
    });
  }

  /** A message about a challenge, and what can be done. Throws a 404 where there is none. */
  async one(id: string, tx: EntityManager = this.db.manager): Promise<Undelivered> {
    const message = await this.deliveries.one(id, tx);
    const challenge = await this.challenges.get(challengeOf(message.about) ?? '', tx);
    const peer = await this.peerOf(tx, message);
    const over = isOver(message, peer?.state, challenge.state)
      ? 'They are not asked any more, or have answered since.'
      : null;
    return {
      message,
      challenge,
      peer,
      addresses: await this.addressesOf(tx, message, challenge, peer),
      renewsLink: renewsLink(message.link),
      over,
    };
  }

  /** Sends it again. Throws a 400 for an address that is not one of those it may go to, and a 409 where it is over. */
  async again(actor: Actor, id: string, to: string): Promise<void> {
    const { challenge } = await this.one(id);
    await this.db.transact(async (tx) => {
      // The challenge first: an answer that comes meanwhile is there before this, or after.
      await this.challenges.lock(tx, challenge.id);
      const { message, addresses, over } = await this.one(id, tx);
      if (over !== null) throw conflict('over', over);
      if (!addresses.includes(to)) throw badField('/to', 'choose where it is to go');
      await this.deliveries.again(tx, id, to);
      await record(tx, actor, 'message.sent-again', message.about, { message: id });
    });
  }

  /** They were told otherwise, or need not be told. */
  async settle(actor: Actor, id: string): Promise<void> {
    const { about } = await this.deliveries.one(id);
    await this.db.transact(async (tx) => {
      if (await this.deliveries.settle(tx, id))
        await record(tx, actor, 'message.settled', about, { message: id });
    });
  }

  /** Where it may go again: to whom it is for, where they are reached by now; what the council or staff are told, to others of them too. */
  private async addressesOf(
    tx: EntityManager,
    { recipient, template }: Message,
    challenge: Challenge,
    peer: Undelivered['peer'],
  ): Promise<string[]> {
    if (peer) return peer.email ? [peer.email] : [];
    const others = TO_COUNCIL.has(template)
      ? await this.challenges.speakers(tx, challenge)
      : TO_STAFF.has(template)
        ? [
            ...(await advisersOf(tx, challenge.council?.region ?? null, this.db.today())),
            ...(await managersOf(tx, challenge)),
          ]
        : [];
    const known = (await isOnRecord(tx, recipient, challenge.id)) ? [recipient] : [];
    return [...new Set([...known, ...others])];
  }

  /** Whom a message is for, by the invitation that it tells of, or by the question to which it holds the link. */
  private async peerOf(tx: EntityManager, { concerns, link }: Message): Promise<ForPeer | null> {
    const [row] = await tx.query<ForPeer[]>(
      `SELECT p.id, p.name, p.email, p.phone, i.id AS "invitationId", i.state
         FROM invitations i JOIN peers p ON p.id = i.peer_id WHERE 'invitation:' || i.id = $1
       UNION ALL SELECT p.id, p.name, p.email, p.phone, NULL, CASE WHEN s.answer IS NULL THEN 'asked' ELSE 'answered' END
         FROM soundings s JOIN peers p ON p.id = s.peer_id WHERE $2 = 'sounding' AND s.id::text = $3
       UNION ALL SELECT p.id, p.name, p.email, p.phone, NULL, CASE WHEN f.answered_at IS NULL THEN 'asked' ELSE 'answered' END
         FROM feedback f JOIN peers p ON p.id = f.peer_id WHERE $2 = 'feedback' AND f.form = 'peer' AND f.id::text = $3`,
      [concerns ?? '', link?.purpose ?? '', link?.subject ?? ''],
    );
    return row ?? null;
  }
}

/** It asks for what is answered or not asked any more, or brings dates for a calendar that are not kept any more. */
function isOver(
  { link, calendar, template }: Message,
  peer: string | undefined,
  state: ChallengeState,
): boolean {
  if (link?.purpose === 'invitation') return peer !== 'pending';
  if (calendar?.includes('METHOD:REQUEST')) return peer !== 'accepted';
  if (['team-for-approval', 'approval-reminder'].includes(template)) return state !== 'team_agreed';
  if (template === 'team-incomplete' || template === 'team-short') return state !== 'inviting';
  return peer === 'answered';
}

/** Messages that say the same to everybody who speaks for the council, and hold no link of one person. */
const TO_COUNCIL: ReadonlySet<string> = new Set<TemplateName>([
  'challenge-booked',
  'challenge-scoped',
  'team-for-approval',
  'approval-recorded',
  'team-set-aside',
  'team-incomplete',
  'approval-reminder',
  'chain-asked',
  'objection-answered',
  'confirmed',
  'challenge-left',
  'recommendations-sent',
]);

/** The same for the advisers and the manager of the challenge. */
const TO_STAFF: ReadonlySet<string> = new Set<TemplateName>([
  'teams-ready',
  'team-approved',
  'objection-made',
  'sounding-answered',
  'invitation-refused',
  'link-declared',
  'links-waiting',
  'peer-changed',
  'days-met',
  'draft-answered',
]);

/** Whether somebody is reached at an address by now: an account, a peer, or a contact of the challenge. */
async function isOnRecord(tx: EntityManager, address: string, challengeId: string): Promise<boolean> {
  const [row] = await tx.query<{ known: boolean }[]>(
    `SELECT EXISTS (SELECT FROM accounts WHERE lower(email) = lower($1) AND state = 'active')
       OR EXISTS (SELECT FROM peers WHERE lower(email) = lower($1))
       OR EXISTS (SELECT FROM challenges c, jsonb_array_elements(c.contacts) k WHERE c.id = $2 AND lower(k->>'email') = lower($1)) AS known`,
    [address, challengeId],
  );
  return row?.known ?? false;
}

const challengeOf = (about: string): string | undefined => /^challenge:(.+)$/.exec(about)?.[1];
