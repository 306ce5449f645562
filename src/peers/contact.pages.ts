import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { Allow, Granted, type Access } from '../people/access.js';
import { Email, QueryInt, Text } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { PeersService } from './peers.service.js';

class ContactForm {
  @QueryInt({ min: 1, max: 2_147_483_647 }) version: number;
  @Says('Enter an e-mail address like name@example.com') @Email({ optional: true }) email?: string;
  @Text({ optional: true, max: 40 }) phone?: string;
}

/** Where a peer is reached, corrected by the office; the old address hears of it. */
@Controller('peers/:id/contact')
export class PeerContactPages {
  constructor(private readonly peers: PeersService) {}

  @Get()
  @Allow('peers.write', 'peer')
  async form(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const peer = await this.peers.get(id);
    const title = `How to reach ${peer.name}`;
    return new Page('peers/views/contact.njk', { title, peer, ...again });
  }

  @Post()
  @Allow('peers.write', 'peer')
  save(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<Page | Redirect | Download> {
    const work = async ({ version, email = null, phone = null }: Reached): Promise<Redirect> => {
      await this.peers.edit(actor, id, version, { email, phone });
      return new Redirect(paths.peer(id));
    };
    return submit(ContactForm, body, work as (form: ContactForm) => Promise<Redirect>, (again) =>
      this.form(id, again),
    );
  }
}

interface Reached {
  version: number;
  email?: string | null;
  phone?: string | null;
}
