import { isUUID } from 'class-validator';
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Database } from '../database/database.js';
import { KindsService } from '../kinds/kinds.service.js';
import type { Words } from '../kinds/words.js';
import { askedOf, type AskedLine } from '../peers/asked.js';
import type { Peer } from '../peers/peer.entity.js';
import { Allow, Granted, Proved, type Access, type Actor } from '../people/access.js';
import { seesOfPeer } from '../people/permissions.js';
import { Choice, Uuid } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { DoublesService } from './doubles.service.js';

class PairQuery {
  @Uuid() one: string;
  @Uuid() other: string;
}

class PairForm {
  @Uuid() one: string;
  @Uuid() other: string;
  @Says('Choose what they are') @Choice(['one', 'other', 'apart']) stays: 'one' | 'other' | 'apart';
}

/** A record as far as its reader may see it. */
interface ShownRecord {
  id: string;
  name: string;
  facts: [label: string, value: string][];
  asked: AskedLine[];
  /** How many lines of its past are not shown. */
  more: number;
}

/** Lines of a record's past that are shown beside the other one's. */
const SHOWN = 5;

/** The office looks at peers who are perhaps one person, and joins their records or keeps them apart. */
@Controller('doubles')
export class DoublesPages {
  constructor(
    private readonly doubles: DoublesService,
    private readonly kinds: KindsService,
    private readonly db: Database,
  ) {}

  @Get()
  @Allow('peers.write')
  async list(again: Again = FRESH): Promise<Page> {
    const pairs = await this.doubles.pairs();
    return new Page('doubles/views/doubles.njk', { title: 'Perhaps one person', pairs, ...again });
  }

  @Get('pair')
  @Proved()
  @Allow('peers.write')
  async pair(
    @Granted() { actor }: Access,
    @Query() { one: oneId, other: otherId }: PairQuery,
    again: Again = FRESH,
  ): Promise<Page> {
    const words = await this.kinds.words();
    const both = await this.doubles.both(oneId, otherId);
    const [one, other] = await Promise.all(both.map((peer) => this.recordOf(actor, peer, words)));
    const title = `Is ${both[0].name} one person?`;
    return new Page('doubles/views/pair.njk', { title, one, other, ...again });
  }

  @Post('pair')
  @Proved()
  @Allow('peers.write')
  settle(@Granted() access: Access, @Body() body: unknown): Promise<Page | Redirect | Download> {
    const work = async ({ one, other, stays }: PairForm): Promise<Redirect> => {
      if (stays === 'apart') {
        await this.doubles.keepApart(access.actor, one, other);
        return new Redirect(paths.doubles);
      }
      const [kept, gone] = stays === 'one' ? [one, other] : [other, one];
      const peer = await this.doubles.join(access.actor, kept, gone);
      return new Redirect(paths.peer(peer.id));
    };
    return submit(PairForm, body, work, (again) => {
      const [one, other] = [textOf(again.input.one), textOf(again.input.other)];
      const isPair = isUUID(one) && isUUID(other) && one !== other;
      return isPair ? this.pair(access, { one, other }, again) : this.list(again);
    });
  }

  private async recordOf(actor: Actor, peer: Peer, words: Words): Promise<ShownRecord> {
    const asked = await askedOf(this.db, actor, peer.id);
    const sees = (part: Parameters<typeof seesOfPeer>[1]): boolean => seesOfPeer(actor.role, part);
    return {
      id: peer.id,
      name: peer.name,
      facts: [
        ['Address', sees('contact') ? (peer.email ?? 'none') : ''],
        ['Telephone', sees('contact') ? (peer.phone ?? 'none') : ''],
        ['Council', peer.council?.name ?? peer.organisation ?? 'none'],
        ['Posts', peer.positions.map(words.position).join(', ')],
        ['Group', sees('party') ? (peer.party ?? '') : ''],
        ['State', peer.state],
        ['Challenges served', String(peer.experience)],
      ],
      asked: asked.slice(0, SHOWN),
      more: Math.max(0, asked.length - SHOWN),
    };
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
