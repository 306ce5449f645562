import { Injectable, Logger } from '@nestjs/common';
import { IsNull, MoreThan, Not, type EntityManager } from 'typeorm';
import { Jobs } from '../jobs/jobs.js';
import { Settings } from '../settings.js';
import { isBare, letter, letterWords, readerAt, withAdded } from './letter.js';
import { makeLink } from './links.js';
import { makeMailer, reasonNotSent, Undeliverable, type Mail, type Mailer } from './mailer.js';
import { Message, UNDELIVERED, type WantedLink } from './message.entity.js';
import { LINK_PLACE, say, type TemplateName, type Templates } from './templates.js';
import { whomToAsk } from './whom-to-ask.js';
import { Database } from '../database/database.js';

/** A message to some people: one row for each address. */
export interface Post<Name extends TemplateName> {
  template: Name;
  data: Templates[Name];
  to: readonly (string | null)[];
  /** Why, such as `invited-…`; one cause reaches one address once. */
  cause: string;
  about: string;
  /** Of whose invitation it tells its peer. */
  concerns?: string;
  calendar?: string;
  link?: WantedLink;
}

/** What a message is made of. */
export type Written = Pick<
  Message,
  | 'cause'
  | 'template'
  | 'about'
  | 'concerns'
  | 'recipient'
  | 'replyTo'
  | 'subject'
  | 'body'
  | 'calendar'
  | 'link'
>;

/** Where a link to each thing leads. */
const LINK_PATHS = { invitation: '/i/', sounding: '/s/', feed: '/feeds/', feedback: '/f/' } as const;

/** Longer than any mail server takes for one letter: until then nobody else sends it. */
const LEASE_S = 15 * 60;
/** Between five tries in all, of some hours together. */
const PAUSES_S = [15, 120, 15 * 60, 2 * 3600];

const jobOf = (message: string): string => `send-message-${message}`;

/** A message whose job may be lost gets another one; not one more each minute while a mail server hangs. */
const SWEPT_MINUTES = 10;

/** Messages: written with their cause, sent by a job, kept with what became of them. */
@Injectable()
export class MessagesService {
  private readonly mailer: Mailer;
  private readonly log = new Logger('messages');

  constructor(
    private readonly db: Database,
    private readonly settings: Settings,
    private readonly jobs: Jobs,
  ) {
    this.mailer = makeMailer(settings);
  }

  /** The full address of a page. */
  address(path: string): string {
    return `${this.settings.ADDRESS}${path}`;
  }

  /**
   * Writes a message, and the job that sends it, in the transaction of its cause. Who has no address gets none. Councils and peers get it from
   * whoever they can ask about the challenge, who reads what they answer.
   */
  async post<Name extends TemplateName>(
    tx: EntityManager,
    { template, data, to, cause, ...rest }: Post<Name>,
  ): Promise<void> {
    const { subject, body } = say(template, data);
    const { about, concerns = null, calendar = null, link = null } = rest;
    const [, challenge] = /^challenge:([0-9a-f-]{36})$/.exec(about) ?? [];
    const words = await letterWords(tx);
    const [signer = null] = challenge ? await whomToAsk(tx, challenge, this.db.today()) : [];
    for (const recipient of new Set(to.filter((address) => address !== null))) {
      const reader = await readerAt(tx, recipient, challenge);
      const replyTo = reader.isStaff ? null : (signer?.email ?? null);
      const text = isBare(template) ? body : letter(withAdded(body, template, words), reader, signer, words);
      const said = { template, subject, body: text, calendar, link };
      await this.write(tx, { cause: `${cause} ${recipient}`, about, concerns, recipient, replyTo, ...said });
    }
  }

  /** A message, once for its cause, and the job that sends it. */
  async write(tx: EntityManager, written: Written): Promise<void> {
    const added = await tx
      .createQueryBuilder()
      .insert()
      .into(Message)
      .values({ ...written, state: 'waiting' })
      .orIgnore()
      .returning('id')
      .execute();
    const [inserted] = added.raw as { id: string }[];
    if (inserted) await this.jobs.add(tx, 'send-message', jobOf(inserted.id), { message: inserted.id });
  }

  /**
   * The job: sends a message. Does nothing where it is sent, or another sender has it. Where it cannot be sent now, it is tried again
   * after a while, and parked after the last try. A link in it is made now, so that only its hash is stored.
   */
  async send(id: string): Promise<void> {
    const message = await this.take(id);
    if (!message) return;
    const { recipient: to, replyTo, subject, calendar } = message;
    const text = await this.withLink(message);
    const mail: Mail = {
      id,
      to,
      replyTo,
      subject,
      text,
      calendar: calendar === null ? null : { content: calendar, method: methodOf(calendar) },
    };
    try {
      await this.mailer.send(mail);
      await this.end(message, 'sent', text);
    } catch (error) {
      this.log.warn({ message: id, ...reasonNotSent(error), msg: 'a message could not be sent' });
      if (error instanceof Undeliverable) await this.end(message, 'failed', text);
      else await this.putOff(id);
    }
  }

  /** Messages whose job was lost, or whose sender died, are given another. Returns how many wait too long. */
  async sweep(olderThanSeconds: number): Promise<number> {
    const since = this.db.ago(olderThanSeconds);
    const waiting = await this.db.manager
      .createQueryBuilder(Message, 'm')
      .select('m.id')
      .where(`m.state = 'waiting' AND greatest(m.created_at, m.next_try_at, m.taken_until) < :since`, {
        since,
      })
      .orderBy('m.createdAt')
      .take(500)
      .getMany();
    for (const { id } of waiting)
      await this.db.transact((tx) =>
        this.jobs.addAgain(tx, 'send-message', jobOf(id), { message: id }, SWEPT_MINUTES),
      );
    return waiting.length;
  }

  /** Sends the sign-in codes that were asked for since an instant: nothing else goes out while a restored copy is held. */
  async sendCodes(since: Date): Promise<void> {
    const template: TemplateName = 'sign-in-code';
    const wanted = { template, state: 'waiting' as const, createdAt: MoreThan(since) };
    for (const { id } of await this.db.manager.findBy(Message, wanted)) await this.send(id);
  }

  /** What could not be sent so far is tried again from the beginning. Returns how many messages that are. */
  async retryParked(tx: EntityManager): Promise<number> {
    const parked = await tx.find(Message, {
      where: { state: 'parked' },
      order: { id: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
    for (const message of parked) {
      Object.assign(message, { state: 'waiting', tries: 0, nextTryAt: null, settledAt: null });
      await this.jobs.addAgain(tx, 'send-message', jobOf(message.id), { message: message.id });
    }
    await tx.save(parked, { chunk: 200 });
    return parked.length;
  }

  /** A text as it was written, with the place where a link of its own is put when it goes out again. */
  unlinked({ body, link }: Pick<Message, 'body' | 'link'>): string {
    if (!link) return body ?? '';
    const before = this.address(LINK_PATHS[link.purpose]);
    return (body ?? '')
      .split(/(\s+)/)
      .map((word) => (word.startsWith(before) ? LINK_PLACE : word))
      .join('');
  }

  /** What of a text goes once nobody needs it here any more: all of it, but where nobody else has it. */
  forgotten(): Partial<Pick<Message, 'body' | 'calendar'>> {
    return this.mailer.keeps ? {} : { body: null, calendar: null };
  }

  /** What was sent about a thing and did not arrive, and nobody has put right; oldest first. */
  undelivered(about: string): Promise<Message[]> {
    return this.db.manager.find(Message, { where: { about, ...UNDELIVERED }, order: { createdAt: 'ASC' } });
  }

  /** What asked for something that is not asked any more, and did not arrive, need not be put right. */
  async askNoMore(tx: EntityManager, concerns: string): Promise<void> {
    const asked = { concerns, link: Not(IsNull()), ...UNDELIVERED };
    await tx.update(Message, asked, { state: 'failed', settledAt: this.db.now() });
  }

  /** What was sent about a thing, newest first; the texts are for the outbox page alone. */
  about(about: string): Promise<Message[]> {
    return this.db.manager.find(Message, { where: { about }, order: { createdAt: 'DESC' }, take: 200 });
  }

  /** The message, for this sender alone until the lease is over; null where there is nothing to send. */
  private async take(id: string): Promise<Message | null> {
    const now = this.db.now();
    return this.db.transact(async (tx) => {
      const message = await tx.findOne(Message, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (message?.state !== 'waiting') return null;
      if (message.takenUntil !== null && message.takenUntil > now) return null;
      message.takenUntil = new Date(now.getTime() + LEASE_S * 1000);
      return tx.save(message);
    });
  }

  private async end(message: Message, state: 'sent' | 'failed', text: string): Promise<void> {
    const { id, link, about } = message;
    // About a challenge, what was not delivered is kept until that is put right, and what asks for something may come back: without its
    // link, it opens nothing. Codes and the like are forgotten at once.
    const isKept = about.startsWith('challenge:') && (state === 'failed' || link !== null);
    const kept = this.mailer.keeps ? { body: text } : isKept ? {} : this.forgotten();
    const ended = { ...kept, state, sentAt: this.db.now(), takenUntil: null };
    await this.db.manager.update(Message, { id, state: 'waiting' }, ended);
  }

  private async putOff(id: string): Promise<void> {
    await this.db.transact(async (tx) => {
      const message = await tx.findOneByOrFail(Message, { id });
      const pause = PAUSES_S[message.tries++];
      message.takenUntil = null;
      if (pause === undefined) message.state = 'parked';
      else {
        message.nextTryAt = this.db.ago(-pause);
        const job = `${jobOf(id)}-try-${String(message.tries)}`;
        await this.jobs.add(tx, 'send-message', job, { message: id }, message.nextTryAt);
      }
      await tx.save(message);
    });
  }

  private async withLink({ body, link }: Message): Promise<string> {
    if (!link) return body ?? '';
    const until = link.expiresAt === null ? null : new Date(link.expiresAt);
    const token = await makeLink(this.db.manager, link.purpose, link.subject, until);
    return (body ?? '').replace(LINK_PLACE, this.address(`${LINK_PATHS[link.purpose]}${token}`));
  }
}

/** METHOD of a calendar file. */
const methodOf = (calendar: string): string => /^METHOD:(\w+)/m.exec(calendar)?.[1] ?? 'PUBLISH';
