import { Injectable } from '@nestjs/common';
import { CouncilsService } from '../councils/councils.service.js';
import { Database } from '../database/database.js';
import { KindsService } from '../kinds/kinds.service.js';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { badField } from '../web/problems.js';
import type { MakeOffer } from './challenges.dto.js';
import { Offer } from './offer.entity.js';

/** Offers of challenges to councils, with what each said. */
@Injectable()
export class OffersService {
  constructor(
    private readonly db: Database,
    private readonly councils: CouncilsService,
    private readonly kinds: KindsService,
  ) {}

  /** Those to a council and to the ones it follows, newest first. */
  async ofCouncil(councilId: string): Promise<Offer[]> {
    const ids = await this.councils.lineage(councilId);
    return this.db.manager
      .createQueryBuilder(Offer, 'o')
      .where('o.council_id = ANY(:ids)', { ids })
      .orderBy('o.made_on', 'DESC')
      .take(200)
      .getMany();
  }

  /** Throws a 400 where a refusal has no reason. */
  async make(actor: Actor, councilId: string, body: MakeOffer): Promise<Offer> {
    const { retired = false } = await this.kinds.get(body.kind);
    if (retired)
      throw badField('/kind', `found "${body.kind}", which is retired; allowed: a kind that is offered`);
    requireReason(body);
    return this.db.transact(async (tx) => {
      const offer = await tx.save(
        tx.create(Offer, { ...body, reason: body.reason ?? null, councilId, actor: actor.id }),
      );
      await record(tx, actor, 'offer.made', `council:${councilId}`, { offer: offer.id, answer: body.answer });
      return offer;
    });
  }
}

/** A refusal comes with its reason, by page, API or file. */
export function requireReason({
  answer,
  reason,
}: {
  answer: Offer['answer'];
  reason?: string | null | undefined;
}): void {
  if (answer === 'declined' && !reason)
    throw badField('/reason', 'is empty; the reason of a refusal is needed, "none given" will do');
}
