import { Controller, Get, Req } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { londonDate } from '../calendar/dates.js';
import { Council } from '../councils/council.entity.js';
import { Public, type Access, type SignedRequest } from '../people/access.js';
import type { Role } from '../people/policy-table.js';
import { PolicyService } from '../policy/policy.service.js';
import { wordsOf } from '../policy/words.js';
import { Page } from '../web/pages.js';
import { deskOf } from './desk.js';
import { peerDesk } from './peer-desk.js';

/** The start page of each role: what needs doing now. */
@Controller()
export class HomePages {
  constructor(
    private readonly source: DataSource,
    private readonly policy: PolicyService,
  ) {}

  @Get()
  @Public()
  async home(@Req() request: SignedRequest): Promise<Page> {
    const { actor } = request;
    if (!actor) return new Page('overview/views/start.njk', { title: 'Peer challenges, arranged' });
    if (actor.role === 'peer' && actor.peerId) {
      const desk = await peerDesk(this.source, actor.peerId, londonDate(new Date()), await wordsOf(this.policy));
      return new Page('overview/views/peer-home.njk', { title: 'Your peer challenges', peerId: actor.peerId, ...desk });
    }
    if (actor.role === 'group' || actor.role === 'lead')
      return new Page('overview/views/group-home.njk', { title: `Member peers of ${actor.party ?? ''}`, party: actor.party });
    const access: Access = { actor, scope: SCOPES[actor.role] ?? 'all' };
    const desk = await deskOf(this.source, access, {
      today: londonDate(new Date()),
      kinds: await this.policy.kinds(),
      words: await wordsOf(this.policy),
    });
    if (actor.role === 'council' || actor.role === 'approver') {
      const council = await this.source.manager.findOneByOrFail(Council, { id: actor.councilId ?? '' });
      return new Page('overview/views/council-home.njk', { title: council.name, council, mayBook: actor.role === 'council', ...desk });
    }
    return new Page('overview/views/staff-home.njk', {
      title: 'What needs me today?',
      where: placeOf(actor.region, actor.alsoRegions),
      mayBook: actor.role !== 'board',
      ...desk,
    });
  }

  @Get('privacy')
  @Public()
  privacy(): Page {
    return new Page('overview/views/privacy.njk', { title: 'What is held, and why' });
  }
}

/** Whose challenges a start page is about; the same as the policy table says of reading them. */
const SCOPES: Partial<Record<Role, Access['scope']>> = { adviser: 'region', council: 'council', approver: 'council' };

function placeOf(region: string | null, also: string[]): string {
  if (region === null) return 'England';
  return [region, ...also.map((one) => `${one} (as deputy)`)].join(', ');
}
