import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database.js';
import { conflict, notFound } from '../web/problems.js';
import { revokeLinks } from './links.js';
import { isUndelivered, Message, UNDELIVERED, type WantedLink } from './message.entity.js';
import { MessagesService } from './messages.service.js';

/** Of what did not arrive; more are not one by one any more. */
const MOST_SHOWN = 1000;

/** A message that its receiver did not get: seen until somebody sends it again, or tells the person otherwise. */
@Injectable()
export class DeliveriesService {
  constructor(
    private readonly db: Database,
    private readonly messages: MessagesService,
  ) {}

  /** What could not be delivered and is not put right yet; oldest first. */
  undelivered(): Promise<Message[]> {
    return this.db.manager.find(Message, {
      where: UNDELIVERED,
      select: { id: true, about: true, subject: true, recipient: true },
      order: { createdAt: 'ASC' },
      take: MOST_SHOWN,
    });
  }

  /** Throws a 404 where there is no such message. */
  async one(id: string, tx: EntityManager = this.db.manager): Promise<Message> {
    const message = await tx.findOneBy(Message, { id });
    if (!message) throw notFound('message');
    return message;
  }

  /**
   * Sends the same again to an address; a link in it is a new one, and those sent before open nothing. Throws a 409 where its text is not
   * kept, or it is on its way.
   */
  async again(tx: EntityManager, id: string, to: string): Promise<void> {
    const message = await this.lock(tx, id);
    const { cause, template, about, concerns, replyTo, subject, body, calendar, link } = message;
    if (message.state === 'waiting') throw conflict('on-its-way', 'The message is on its way; wait for it.');
    if (body === null)
      throw conflict('not-kept', 'The text is not kept once it was sent; tell them by telephone or mail.');
    const isNewLink = renewsLink(link);
    if (link && isNewLink) await revokeLinks(tx, link.purpose, link.subject, this.db.now());
    await this.messages.write(tx, {
      cause: `${cause} again ${this.db.now().toISOString()}`,
      recipient: to,
      ...{
        template,
        about,
        concerns,
        replyTo,
        subject,
        calendar,
        link,
        body: said(this.messages.unlinked(message), isNewLink),
      },
    });
    await this.settled(tx, message);
  }

  /** The person was told otherwise, or need not be told. Returns whether that is new: doing it twice is doing it once. */
  async settle(tx: EntityManager, id: string): Promise<boolean> {
    const message = await this.lock(tx, id);
    const isOpen = isUndelivered(message);
    if (isOpen) await this.settled(tx, message);
    return isOpen;
  }

  /** The other side says later that the address took nothing. Does nothing for what is not known as sent. */
  async cameBack(id: string): Promise<void> {
    await this.db.manager.update(Message, { id, state: 'sent' }, { state: 'failed', settledAt: null });
  }

  private async settled(tx: EntityManager, { id, state: before }: Message): Promise<void> {
    // What was parked is given up by that: it does not go out when parked ones are tried again.
    const state = before === 'parked' ? { state: 'failed' as const } : {};
    await tx.update(Message, { id }, { ...state, settledAt: this.db.now(), ...this.messages.forgotten() });
  }

  private async lock(tx: EntityManager, id: string): Promise<Message> {
    const message = await tx.findOne(Message, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!message) throw notFound('message');
    return message;
  }
}

/** Whether a link that was sent before opens nothing once it is sent again: several people of a council may have links to one form; everything else is asked of one person. */
export const renewsLink = (link: WantedLink | null): boolean => link !== null && link.purpose !== 'feedback';

const AGAIN = 'We send you this again. A link that we sent you before opens nothing any more.';

/** The text as it goes out again: below the greeting it says that the link before opens nothing any more. */
function said(body: string, isNewLink: boolean): string {
  if (!isNewLink || body.includes(AGAIN)) return body;
  const [greeting = '', ...rest] = body.split('\n\n');
  return [greeting, AGAIN, ...rest].join('\n\n');
}
