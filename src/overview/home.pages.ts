import { Controller, Get, Query, Req } from '@nestjs/common';
import { Public, type Access, type SignedRequest } from '../people/access.js';
import { Page, Redirect } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { COMING_DAYS } from './desk.js';
import { DesksService } from './desks.service.js';
import { FindService } from './find.service.js';
import { WarningLines } from './warning-lines.service.js';
import { WaitingLines } from './waiting-lines.service.js';
import { scopeOf } from '../people/permissions.js';

/** The start page of each role: what needs doing now. */
@Controller()
export class HomePages {
  constructor(
    private readonly desks: DesksService,
    private readonly waiting: WaitingLines,
    private readonly warnings: WarningLines,
    private readonly finds: FindService,
  ) {}

  @Get()
  @Public()
  async home(
    @Req() { actor, account }: SignedRequest,
    @Query() query: Record<string, unknown>,
  ): Promise<Page | Redirect> {
    if (!actor || !account)
      return new Page('overview/views/start.njk', { title: 'Peer challenges, arranged' });
    const { role, peerId, party } = actor;
    if (role === 'peer' && peerId) {
      const desk = await this.desks.ofPeer(peerId);
      return new Page('overview/views/peer-home.njk', { title: 'Your peer challenges', peerId, ...desk });
    }
    if (role === 'group' || role === 'lead')
      return new Page('overview/views/group-home.njk', { title: `Member peers of ${party ?? ''}`, party });
    // The board has nothing to do but to read.
    if (role === 'board') return new Redirect(paths.programme);
    const access: Access = { actor, scope: scopeOf(role, 'challenges.read') ?? 'council' };
    return role === 'council' || role === 'approver'
      ? this.ofCouncil(access)
      : this.ofStaff(access, account.id, query.of);
  }

  @Get('privacy')
  @Public()
  privacy(): Page {
    return new Page('overview/views/privacy.njk', { title: 'What is held, and why' });
  }

  private async ofCouncil(access: Access): Promise<Page> {
    const { council, cycle, ask } = await this.desks.council(access.actor.councilId ?? '');
    return new Page('overview/views/council-home.njk', {
      title: council.name,
      council,
      mayBook: access.actor.role === 'council',
      cycle,
      ask,
      ...(await this.desks.of(access)),
    });
  }

  /** Somebody who works for challenges by name sees those first; all that they may see is one link away. */
  private async ofStaff(access: Access, accountId: string, asked: unknown): Promise<Page> {
    const { region, alsoRegions } = access.actor;
    const own = await this.desks.own(accountId);
    const only = own.size > 0 && asked !== 'all' ? own : null;
    const desk = await this.desks.of(access, only);
    const about = [...(await this.warnings.of(access)), ...(await this.waiting.of(access))].filter(
      ({ challengeId }) => only === null || challengeId === undefined || only.has(challengeId),
    );
    return new Page('overview/views/staff-home.njk', {
      title: 'What needs me today?',
      where: placeOf(region, alsoRegions),
      ...{ own: own.size, isOwn: only !== null },
      ...desk,
      comingDays: COMING_DAYS,
      now: [...about, ...desk.now],
      recent: await this.finds.recent(access.actor),
    });
  }
}

function placeOf(region: string | null, also: string[]): string {
  if (region === null) return 'England';
  return [region, ...also.map((one) => `${one} (as deputy)`)].join(', ');
}
