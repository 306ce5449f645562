import { Controller, Get, Param, Query } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { In, type SelectQueryBuilder } from 'typeorm';
import { Challenge } from '../challenges/challenge.entity.js';
import { KindsService } from '../kinds/kinds.service.js';
import { Settings } from '../settings.js';
import { holds, pageOf, textOf } from '../web/lists.js';
import { Download, Page } from '../web/pages.js';
import { notFound } from '../web/problems.js';
import { Public } from '../people/access.js';
import { ADDRESS } from '../messages/letter.js';
import { Message } from '../messages/message.entity.js';
import { withinSentence } from '../english/words.js';
import { Database } from '../database/database.js';

/** What of the messages is looked for: words of a subject or an address, one person, one challenge. */
interface Filters {
  words: string;
  to: string;
  about: string;
}

/** In example mode, every message that was sent, as its receiver sees it. In real use there is no such page. */
@Controller('outbox')
export class OutboxPages {
  constructor(
    private readonly db: Database,
    private readonly settings: Settings,
    private readonly kinds: KindsService,
  ) {}

  @Get()
  @Public()
  async list(@Query() query: Record<string, unknown>): Promise<Page> {
    this.requireExample();
    const filters = { words: textOf(query.words), to: textOf(query.to), about: textOf(query.about) };
    const found = filtered(this.db.manager.createQueryBuilder(Message, 'm'), filters);
    const count = await found.getCount();
    const asked = pageOf(query);
    // A page behind the last is the first.
    const paging = asked.skip < count ? asked : pageOf({});
    const messages = await found
      .orderBy('m.createdAt', 'DESC')
      .addOrderBy('m.id')
      .skip(paging.skip)
      .take(paging.take)
      .getMany();
    const challenges = await this.challengesOf(messages);
    const rows = messages.map((message) => ({ ...message, challenge: challenges.get(message.about) }));
    const only = filters.about === '' ? null : challenges.get(filters.about);
    const model = { title: 'Outbox', rows, count, filters, paging, only };
    return new Page('operations/views/outbox.njk', model);
  }

  @Get(':id')
  @Public()
  async one(@Param('id') id: string): Promise<Page> {
    const message = await this.find(id);
    // Links stay links, so that one can go on by clicking.
    const parts = (message.body ?? '').split(ADDRESS);
    return new Page('operations/views/message.njk', { title: message.subject, message, parts });
  }

  @Get(':id/visit.ics')
  @Public()
  async calendar(@Param('id') id: string): Promise<Download> {
    const { calendar } = await this.find(id);
    if (calendar === null) throw notFound('calendar file');
    return new Download(calendar, 'text/calendar; charset=utf-8', 'visit.ics');
  }

  /** What messages are about, in words, by how they name it. */
  private async challengesOf(messages: Message[]): Promise<Map<string, string>> {
    const ids = messages.map(({ about }) => about.replace('challenge:', '')).filter((id) => isUUID(id));
    const challenges = await this.db.manager.find(Challenge, {
      where: { id: In([...new Set(ids)]) },
      relations: { council: true },
    });
    const words = await this.kinds.words();
    return new Map(
      challenges.map(({ id, kind, council }) => [
        `challenge:${id}`,
        `${council?.name ?? ''}, ${withinSentence(words.kind(kind))}`,
      ]),
    );
  }

  private async find(id: string): Promise<Message> {
    this.requireExample();
    const message = isUUID(id) ? await this.db.manager.findOneBy(Message, { id }) : null;
    if (!message) throw notFound('message');
    return message;
  }

  private requireExample(): void {
    if (this.settings.MODE !== 'example') throw notFound('page');
  }
}

function filtered(
  messages: SelectQueryBuilder<Message>,
  { words, to, about }: Filters,
): SelectQueryBuilder<Message> {
  if (words !== '')
    messages.andWhere(`(${holds('m.subject', 'words')} OR ${holds('m.recipient', 'words')})`, { words });
  if (to !== '') messages.andWhere('m.recipient = :to', { to });
  if (about !== '') messages.andWhere('m.about = :about', { about });
  return messages;
}
