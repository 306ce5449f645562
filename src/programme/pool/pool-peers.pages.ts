import type { PoolPeer } from './pool-use.js';
import { Controller, Get, Query } from '@nestjs/common';
import { programmeYearName } from '../../calendar/programme-year.js';
import { Allow, Proved, Noted } from '../../people/access.js';
import { writeCsv } from '../../web/csv.js';
import { pageOf, textOf } from '../../web/lists.js';
import { Download, Page } from '../../web/pages.js';
import { amount } from '../../english/words.js';
import { paths } from '../../web/paths.js';
import { GapsService } from './gaps.service.js';

import { yearAsked } from '../programme-years.js';
import { POOL_PARTS, POOL_USES } from './pool-use.js';
const PEER_COLUMNS = ['name', 'class', 'council', 'reviews', 'challenges', 'days'] as const;

/** The peers behind the pool's composition and use. */
@Controller('pool')
export class PoolPeerPages {
  constructor(private readonly gaps: GapsService) {}

  @Get('peers')
  @Allow('pool.list')
  async peers(@Query() query: Record<string, unknown>): Promise<Page> {
    const { rows, filters, year } = await this.peersFor(query);
    const paging = pageOf(query);
    return new Page('programme/measures/views/counted.njk', {
      title: `Peers: ${filters.use}${filters.part ? `, ${filters.group.replaceAll('_', ' ')}` : ''}`,
      said: `${String(rows.length)} ${rows.length === 1 ? 'peer' : 'peers'} in ${programmeYearName(year)}.`,
      heads: ['Name', 'Class', 'Council', 'Before', 'This year'],
      rows: rows
        .slice(paging.skip, paging.skip + paging.take)
        .map(({ id, name, class: peerClass, council, reviews, times, days }) => ({
          href: paths.peer(id),
          name,
          cells: [
            peerClass,
            council ?? '–',
            reviews,
            `${amount(times, 'challenge')}, ${amount(days, 'day')}`,
          ],
        })),
      count: rows.length,
      filters,
      paging,
      csv: `/pool/peers.csv?${new URLSearchParams(filters).toString()}`,
      back: `/pool?year=${String(year)}`,
    });
  }

  @Get('peers.csv')
  @Proved()
  @Noted('people.exported')
  @Allow('pool.list')
  async peersCsv(@Query() query: Record<string, unknown>): Promise<Download> {
    const rows = (await this.peersFor(query)).rows.map(
      ({ name, class: peerClass, council, reviews, times, days }) => ({
        name,
        class: peerClass,
        council,
        reviews,
        challenges: times,
        days,
      }),
    );
    return new Download(writeCsv(PEER_COLUMNS, rows), 'text/csv; charset=utf-8', 'pool.csv');
  }

  private async peersFor(
    query: Record<string, unknown>,
  ): Promise<{ rows: PoolPeer[]; filters: Record<'year' | 'use' | 'part' | 'group', string>; year: number }> {
    const year = yearAsked(query, this.gaps.thisYear);
    const use = POOL_USES.find((one) => one === query.use) ?? 'pool';
    const part = POOL_PARTS.find((one) => one === query.part) ?? null;
    const group = textOf(query.group);
    const rows = await this.gaps.peers(year, { use, part, group });
    return { rows, filters: { year: String(year), use, part: part ?? '', group }, year };
  }
}
