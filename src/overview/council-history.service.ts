import { Injectable } from '@nestjs/common';
import { monthOf } from '../calendar/dates.js';
import { sayDay, sayMonth } from '../calendar/phrases.js';
import { Challenge } from '../challenges/challenge.entity.js';
import { STATE_NAMES } from '../challenges/states.js';
import { CouncilsService } from '../councils/councils.service.js';
import { type Access } from '../people/access.js';
import { seesContacts } from '../people/permissions.js';
import { cycleOf } from '../programme/cycle/cycle.js';
import { OffersService } from '../challenges/offers.service.js';
import { Database } from '../database/database.js';
import { KindsService } from '../kinds/kinds.service.js';
import { shownContacts } from '../challenges/contacts.js';

/** The challenges and offers of one council, and where it stands in the cycle. */
@Injectable()
export class CouncilHistory {
  constructor(
    private readonly db: Database,
    private readonly councils: CouncilsService,
    private readonly offers: OffersService,
    private readonly kinds: KindsService,
  ) {}

  async of({ actor }: Access, id: string): Promise<object> {
    const words = await this.kinds.words();
    const lineage = await this.councils.lineage(id);
    const history = await this.db.manager
      .createQueryBuilder(Challenge, 'c')
      .where('(c.council_id = ANY(:lineage) OR c.partner_ids && :lineage)', { lineage })
      .orderBy('c.first_day', 'DESC', 'NULLS FIRST')
      .getMany();
    const { due } = await cycleOf(this.db, id);
    const today = this.db.today();
    return {
      challenges: history.map(({ id: challengeId, kind, state, firstDay, lastDay }) => ({
        id: challengeId,
        kind: words.kind(kind),
        state: STATE_NAMES[state],
        when: firstDay && lastDay && (monthOf(firstDay, lastDay) === null ? sayDay : sayMonth)(firstDay),
      })),
      contacts: seesContacts(actor.role) ? shownContacts(history[0]?.contacts ?? []) : null,
      offers: (await this.offers.ofCouncil(id)).map((offer) => ({ ...offer, kind: words.kind(offer.kind) })),
      kinds: (await this.kinds.all()).filter(({ retired = false }) => !retired),
      due,
      today,
      overdue: due !== null && due < today,
      successors: await this.councils.followings(id, 'successors'),
      predecessors: await this.councils.followings(id, 'predecessors'),
    };
  }
}
