import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { STATE_NAMES, type ChallengeState } from '../challenges/states.js';
import { PeersService } from '../peers/peers.service.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { Choice } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Download, Page, Redirect } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { DesksService } from './desks.service.js';
import { ErasureRequests } from '../erasure/erasure-requests.service.js';
import { HeldRecord } from '../erasure/held-record.service.js';

type Answer = Promise<Page | Redirect | Download>;

class EraseForm {
  @Says('Tick that you want it erased') @Choice(['yes']) sure: 'yes';
}

/** What is held of a peer: for the peer to read, to take away and to have erased. */
@Controller('peers')
export class RecordPages {
  constructor(
    private readonly peers: PeersService,
    private readonly desks: DesksService,
    private readonly requests: ErasureRequests,
    private readonly held: HeldRecord,
  ) {}

  @Get(':id/record')
  @Allow('record.own', 'peer')
  async ownRecord(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const peer = await this.peers.get(id);
    const desk = await this.desks.ofPeer(id);
    const past = desk.past.map((visit) => ({
      ...visit,
      came: STATE_NAMES[visit.challengeState as ChallengeState],
    }));
    return new Page('overview/views/record.njk', { title: 'Your record', peer, ...desk, past, ...again });
  }

  /** Everything that is held about a peer, as a file. */
  @Get(':id/record.json')
  @Allow('record.own', 'peer')
  async file(@Param('id') id: string): Promise<Download> {
    const held = JSON.stringify(await this.held.of(id), null, 2);
    return new Download(held, 'application/json', 'what-is-held.json');
  }

  @Post(':id/erasure')
  @Allow('peers.own', 'peer')
  erase(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async (): Promise<Page> => {
      await this.requests.ask(actor, id);
      const paragraphs = [
        'The programme office has been told, and erases what is held about you within one month. Visits that are still to come are given up with you first.',
        'Seats and days that you gave stay in the figures, without your name.',
      ];
      return new Page('web/views/message.njk', {
        title: 'Your request is sent',
        paragraphs,
        links: [{ href: paths.home, text: 'Home' }],
      });
    };
    return submit(EraseForm, body, work, (again) => this.ownRecord(id, again));
  }
}
