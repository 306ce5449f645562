import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { londonDate } from '../calendar/dates.js';
import { STATE_NAMES, type ChallengeState } from '../challenges/states.js';
import { makeLink, openLink, revokeLinks } from '../messages/links.js';
import { MessagesService } from '../messages/messages.service.js';
import { PeersService } from '../peers/peers.service.js';
import { Allow, Granted, Public, SignedIn, type Access } from '../people/access.js';
import type { Account } from '../people/account.entity.js';
import { AccountsService } from '../people/accounts.service.js';
import { record } from '../people/audit.js';
import { holdersOf } from '../people/recipients.js';
import { PolicyService } from '../policy/policy.service.js';
import { wordsOf } from '../policy/words.js';
import { Choice } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Download, Page, Redirect } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { feedOf } from './feed.js';
import { peerDesk } from './peer-desk.js';

type Answer = Promise<Page | Redirect | Download>;

class FeedForm {
  @Choice(['make', 'end']) step: 'make' | 'end';
}

class EraseForm {
  @Says('Tick that you want it erased') @Choice(['yes']) sure: 'yes';
}

/** What is one's own: the record, what is held, and a calendar feed. */
@Controller()
export class OwnPages {
  constructor(
    private readonly source: DataSource,
    private readonly peers: PeersService,
    private readonly policy: PolicyService,
    private readonly messages: MessagesService,
    private readonly accounts: AccountsService,
  ) {}

  @Get('peers/:id/record')
  @Allow('peers.own', 'peer')
  async ownRecord(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const peer = await this.peers.get(id);
    const desk = await peerDesk(this.source, id, londonDate(new Date()), await wordsOf(this.policy));
    const past = desk.past.map((visit) => ({ ...visit, came: STATE_NAMES[visit.challengeState as ChallengeState] }));
    return new Page('overview/views/record.njk', { title: 'Your record', peer, ...desk, past, ...again });
  }

  /** Everything that is held about a peer, as a file. */
  @Get('peers/:id/record.json')
  @Allow('peers.own', 'peer')
  async held(@Param('id') id: string): Promise<Download> {
    const peer = await this.peers.get(id);
    const desk = await peerDesk(this.source, id, londonDate(new Date()), await wordsOf(this.policy));
    const { open, coming, past } = desk;
    return new Download(JSON.stringify({ peer, invitations: open, coming, past }, null, 2), 'application/json', 'what-is-held.json');
  }

  @Post('peers/:id/erasure')
  @Allow('peers.own', 'peer')
  erase(@Granted() { actor }: Access, @Param('id') id: string, @Body() body: unknown): Answer {
    const work = async (): Promise<Page> => {
      await this.source.transaction(async (tx) => {
        const asked = await tx.query<unknown[]>(
          'UPDATE peers SET erasure_asked_at = now() WHERE id = $1 AND erasure_asked_at IS NULL RETURNING id',
          [id],
        );
        if ((asked[0] as unknown[]).length === 0) return;
        const data = { page: this.messages.address(paths.peer(id)) };
        await this.messages.post(tx, {
          template: 'erasure-asked',
          data,
          to: await holdersOf(tx, 'programme'),
          cause: `erasure-${id}`,
          about: `peer:${id}`,
        });
        await record(tx, actor, 'peer.erasure-asked', `peer:${id}`);
      });
      const paragraphs = [
        'The programme office has been told. What is held about you is erased, but for visits still to come: those are ended with you first.',
      ];
      return new Page('web/views/message.njk', { title: 'Your request is sent', paragraphs, links: [{ href: paths.home, text: 'Home' }] });
    };
    return submit(EraseForm, body, work, (again) => this.ownRecord(id, again));
  }

  @Get('account/feed')
  @Allow('account.own')
  feedPage(): Page {
    return new Page('overview/views/feed.njk', { title: 'Your visits in your own calendar', address: null });
  }

  /** A feed's address is shown once; making another, or ending it, makes the one before open nothing. */
  @Post('account/feed')
  @Allow('account.own')
  feed(@Granted() { actor }: Access, @SignedIn() account: Account, @Body() body: unknown): Answer {
    const work = async ({ step }: FeedForm): Promise<Page> => {
      const address = await this.source.transaction(async (tx) => {
        await revokeLinks(tx, 'feed', account.id);
        const token = step === 'make' ? await makeLink(tx, 'feed', account.id, null) : null;
        await record(tx, actor, 'feed.changed', `account:${account.id}`, { open: token !== null });
        return token && this.messages.address(`/feeds/${token}.ics`);
      });
      return new Page('overview/views/feed.njk', { title: 'Your visits in your own calendar', address, ended: step === 'end' });
    };
    return submit(FeedForm, body, work, () => Promise.resolve(this.feedPage()));
  }

  @Get('feeds/:token')
  @Public()
  async readFeed(@Param('token') token: string): Promise<Download> {
    const accountId = await openLink(this.source.manager, 'feed', token.replace(/\.ics$/, ''), new Date());
    const known = await this.accounts.actorOf(accountId);
    const file = await feedOf(this.source, known?.actor ?? null, new Date());
    return new Download(file, 'text/calendar; charset=utf-8', 'visits.ics');
  }
}
