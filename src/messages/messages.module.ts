import { Module } from '@nestjs/common';
import type { Get, Work } from '../feature.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { WebModule } from '../web/web.module.js';
import { DeliveriesService } from './deliveries.service.js';
import { LinkDoor } from './link-door.js';
import { Link } from './link.entity.js';
import { Message } from './message.entity.js';
import { MessagesService } from './messages.service.js';

/** Mail and calendar objects, and what was sent to whom. */
@Module({
  imports: [WebModule, JobsModule],
  providers: [LinkDoor, MessagesService, DeliveriesService],
  exports: [LinkDoor, MessagesService, DeliveriesService],
})
export class MessagesModule {
  static entities = [Message, Link];

  static work = (get: Get): Work => ({
    handlers: { 'send-message': ({ message }) => get(MessagesService).send(message) },
    sweeps: [(seconds) => get(MessagesService).sweep(seconds)],
  });
}
