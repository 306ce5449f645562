import { Controller, Get } from '@nestjs/common';
import { READERS, shownTo, type ReaderOf } from '../messages/examples.js';
import { Allow } from '../people/access.js';
import { Page } from '../web/pages.js';

const NAMES: Record<ReaderOf, string> = {
  council: 'To councils',
  peer: 'To peers',
  staff: 'To advisers and the office',
  account: 'To whoever signs in',
};

/** All that the service writes to people, to be read by the office. */
@Controller('message-examples')
export class MessageExamplePages {
  @Get()
  @Allow('policy.write')
  show(): Page {
    return new Page('overview/views/message-examples.njk', {
      title: 'What we write to people',
      groups: READERS.map((reader) => ({ name: NAMES[reader], messages: shownTo(reader) })),
    });
  }
}
