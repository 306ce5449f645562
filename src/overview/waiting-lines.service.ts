import { Injectable } from '@nestjs/common';
import { type Access } from '../people/access.js';
import { scopeOf } from '../people/permissions.js';
import { type Words } from '../kinds/words.js';
import { ApplicationsService } from '../recruiting/applications.service.js';
import type { Circumstance } from '../visits/circumstance.entity.js';
import { CircumstancesService } from '../visits/circumstances.service.js';
import { paths } from '../web/paths.js';
import { type DeskLine } from './desk.js';
import { sayDay } from '../calendar/phrases.js';
import { ErasuresService, type AskedErasure } from '../erasure/erasures.service.js';
import { KindsService } from '../kinds/kinds.service.js';

/** What waits for staff that is about people rather than a step of a challenge. */
@Injectable()
export class WaitingLines {
  constructor(
    private readonly circumstances: CircumstancesService,
    private readonly applications: ApplicationsService,
    private readonly kinds: KindsService,
    private readonly erasures: ErasuresService,
  ) {}

  async of(access: Access): Promise<DeskLine[]> {
    const { role } = access.actor;
    const words = await this.kinds.words();
    const changed = scopeOf(role, 'challenges.manage') ? await this.circumstances.list(access) : [];
    const applied = scopeOf(role, 'recruiting.write') ? await this.applications.countToAppraise() : 0;
    const asked = scopeOf(role, 'people.erase') ? await this.erasures.asked() : [];
    return [
      ...asked.map(erasureLine),
      ...(applied > 0 ? [applicationsLine(applied)] : []),
      ...changed.map((one) => changedLine(one, words)),
    ];
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
    ...(challenge ? { challengeId: challenge.id } : {}),
  };
}

/** Due within a month, so that it is the first thing that is seen. */
function erasureLine({ peerId, name, dueOn }: AskedErasure): DeskLine {
  const what = `asked to be erased, by ${sayDay(dueOn)}`;
  return { council: name, kind: '', what, action: 'Look at it', href: paths.erase(peerId) };
}

function applicationsLine(count: number): DeskLine {
  const what = count === 1 ? 'one waits to be appraised' : `${String(count)} wait to be appraised`;
  return { council: 'Applications to be a peer', kind: '', what, action: 'Appraise', href: paths.recruiting };
}
