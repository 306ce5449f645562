import { Controller, Get, Param } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { Settings } from '../settings.js';
import { Download, Page } from '../web/pages.js';
import { notFound } from '../web/problems.js';
import { Public } from '../people/access.js';
import { Message } from '../messages/message.entity.js';
import { Database } from '../database/database.js';

/** Messages on the page, newest first. */
const SHOWN = 60;

/** In example mode, every message that was sent, as its receiver sees it. In real use there is no such page. */
@Controller('outbox')
export class OutboxPages {
  constructor(
    private readonly db: Database,
    private readonly settings: Settings,
  ) {}

  @Get()
  @Public()
  async list(): Promise<Page> {
    this.requireExample();
    const messages = await this.db.manager.find(Message, { order: { createdAt: 'DESC' }, take: SHOWN });
    return new Page('operations/views/outbox.njk', { title: 'Outbox', messages });
  }

  @Get(':id')
  @Public()
  async one(@Param('id') id: string): Promise<Page> {
    const message = await this.find(id);
    // Links stay links, so that one can go on by clicking.
    const parts = (message.body ?? '').split(/(https?:\/\/\S+)/);
    return new Page('operations/views/message.njk', { title: message.subject, message, parts });
  }

  @Get(':id/visit.ics')
  @Public()
  async calendar(@Param('id') id: string): Promise<Download> {
    const { calendar } = await this.find(id);
    if (calendar === null) throw notFound('calendar file');
    return new Download(calendar, 'text/calendar; charset=utf-8', 'visit.ics');
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
