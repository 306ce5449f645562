import { Controller, Get, Req } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { londonDate } from '../calendar/dates.js';
import { Council } from '../councils/council.entity.js';
import { Public, type Access, type SignedRequest } from '../people/access.js';
import { scopeOf, type Role } from '../people/policy-table.js';
import { PolicyService } from '../policy/policy.service.js';
import { wordsOf, type Words } from '../policy/words.js';
import { RecruitingService } from '../recruiting/recruiting.service.js';
import { Page, Redirect } from '../web/pages.js';
import type { Circumstance } from '../visits/circumstance.entity.js';
import { CircumstancesService } from '../visits/circumstances.service.js';
import { ClockService } from '../visits/clock.service.js';
import { cycleOf } from '../visits/cycle.js';
import { paths } from '../web/paths.js';
import { deskOf, type DeskLine } from './desk.js';
import { peerDesk } from './peer-desk.js';

/** The start page of each role: what needs doing now. */
@Controller()
export class HomePages {
  constructor(
    private readonly source: DataSource,
    private readonly policy: PolicyService,
    private readonly clock: ClockService,
    private readonly circumstances: CircumstancesService,
    private readonly recruiting: RecruitingService,
  ) {}

  @Get()
  @Public()
  async home(@Req() request: SignedRequest): Promise<Page | Redirect> {
    const { actor } = request;
    if (!actor) return new Page('overview/views/start.njk', { title: 'Peer challenges, arranged' });
    if (actor.role === 'peer' && actor.peerId) {
      const desk = await peerDesk(this.source, actor.peerId, londonDate(new Date()), await wordsOf(this.policy));
      return new Page('overview/views/peer-home.njk', { title: 'Your peer challenges', peerId: actor.peerId, ...desk });
    }
    if (actor.role === 'group' || actor.role === 'lead')
      return new Page('overview/views/group-home.njk', { title: `Member peers of ${actor.party ?? ''}`, party: actor.party });
    // The board has nothing to do but to read.
    if (actor.role === 'board') return new Redirect(paths.programme);
    const access: Access = { actor, scope: SCOPES[actor.role] ?? 'all' };
    const today = londonDate(new Date());
    const words = await wordsOf(this.policy);
    const desk = await deskOf(this.source, access, { today, words, clocks: (ids) => this.clock.ofMany(ids, today) });
    if (actor.role === 'council' || actor.role === 'approver') {
      const council = await this.source.manager.findOneByOrFail(Council, { id: actor.councilId ?? '' });
      const cycle = await cycleOf(this.source, council.id);
      return new Page('overview/views/council-home.njk', {
        title: council.name,
        council,
        mayBook: actor.role === 'council',
        cycle,
        ...desk,
      });
    }
    const changed = scopeOf(actor.role, 'challenges.manage') ? await this.circumstances.list(access) : [];
    desk.now.unshift(...changed.map((one) => changedLine(one, words)));
    const applied = scopeOf(actor.role, 'recruiting.write') ? await this.recruiting.countToAppraise() : 0;
    if (applied > 0) desk.now.unshift(applicationsLine(applied));
    return new Page('overview/views/staff-home.njk', {
      title: 'What needs me today?',
      where: placeOf(actor.region, actor.alsoRegions),
      ...desk,
    });
  }

  @Get('privacy')
  @Public()
  privacy(): Page {
    return new Page('overview/views/privacy.njk', { title: 'What is held, and why' });
  }
}

/** A peer whose circumstances have changed waits for a decision. */
function changedLine({ id, challenge, peer, visit }: Circumstance, words: Words): DeskLine {
  const what = `${peer?.name ?? 'A peer'}: circumstances have changed${visit === 'progress_review' ? ' before the review' : ''}`;
  return {
    council: challenge?.council?.name ?? '',
    kind: words.kind(challenge?.kind ?? ''),
    what,
    action: 'Do they stay?',
    href: paths.circumstance(id),
  };
}

function applicationsLine(count: number): DeskLine {
  const what = count === 1 ? 'one waits to be appraised' : `${String(count)} wait to be appraised`;
  return { council: 'Applications to be a peer', kind: '', what, action: 'Appraise', href: paths.recruiting };
}

/** Whose challenges a start page is about; the same as the policy table says of reading them. */
const SCOPES: Partial<Record<Role, Access['scope']>> = { adviser: 'region', council: 'council', approver: 'council' };

function placeOf(region: string | null, also: string[]): string {
  if (region === null) return 'England';
  return [region, ...also.map((one) => `${one} (as deputy)`)].join(', ');
}
