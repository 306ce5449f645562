import { Controller, Get, Query } from '@nestjs/common';
import { sayMonth, sayShortDay } from '../../calendar/phrases.js';
import { programmeYearName } from '../../calendar/programme-year.js';
import { Allow, Granted, inScope, type Access, type Actor } from '../../people/access.js';
import { scopeOf } from '../../people/permissions.js';
import { writeCsv } from '../../web/csv.js';
import { pageOf, textOf } from '../../web/lists.js';
import { Download, Page } from '../../web/pages.js';
import { paths } from '../../web/paths.js';
import { GAP_PARTS, groupsOfSeat, isHard, type Refusal, type SeatRow } from './gaps.js';
import { GapsService } from './gaps.service.js';
import { KindsService } from '../../kinds/kinds.service.js';

import { nameOf, skillsOf } from './pool-words.js';
import { yearAsked } from '../programme-years.js';
const SEAT_COLUMNS = [
  'council',
  'seat',
  'region',
  'month',
  'positions',
  'skills',
  'party',
  'asked',
  'refused',
  'empty',
] as const;
const REFUSAL_COLUMNS = ['council', 'seat', 'reason', 'answered_on'] as const;

/** The figures are of the whole country; the challenge itself opens to those of its region. */
function challengeLink(
  actor: Actor,
  { challengeId, region }: { challengeId: string; region: string },
): string | null {
  const scope = scopeOf(actor.role, 'challenges.read');
  return scope && inScope({ actor, scope }, { region }) ? paths.challenge(challengeId) : null;
}

/** The rows behind the gaps: seats, and refusals. */
@Controller('pool')
export class PoolSeatPages {
  constructor(
    private readonly gaps: GapsService,
    private readonly kinds: KindsService,
  ) {}

  @Get('seats')
  @Allow('pool.read')
  async seats(@Granted() { actor }: Access, @Query() query: Record<string, unknown>): Promise<Page> {
    const { rows, filters, year } = await this.seatsFor(query);
    const words = await this.kinds.words();
    const paging = pageOf(query);
    const part = GAP_PARTS.find((one) => one === filters.by);
    return new Page('programme/measures/views/counted.njk', {
      title: `Seats${filters.show === 'hard' ? ' that are hard to fill' : filters.show === 'empty' ? ' that stay empty' : ''}${part ? `: ${nameOf(part, filters.group, words)}` : ''}`,
      said: `${String(rows.length)} ${rows.length === 1 ? 'seat' : 'seats'} in ${programmeYearName(year)}.`,
      heads: ['Council', 'Seat', 'Asks for', 'Month', 'Asked', 'Stands'],
      rows: rows.slice(paging.skip, paging.skip + paging.take).map((row) => ({
        href: challengeLink(actor, row),
        name: row.council,
        cells: [
          row.seat.replaceAll('-', ' '),
          [row.positions.map(words.position).join(' or '), skillsOf(row.skills, words)]
            .filter((text) => text !== '')
            .join(', '),
          sayMonth(row.month),
          row.asked,
          [
            row.empty ? 'empty' : 'filled',
            ...(row.refused > 0 ? [`${String(row.refused)} said no before`] : []),
          ].join(', '),
        ],
      })),
      count: rows.length,
      filters,
      paging,
      csv: `/pool/seats.csv?${new URLSearchParams(filters).toString()}`,
      back: `/pool?year=${String(year)}`,
    });
  }

  @Get('seats.csv')
  @Allow('pool.read')
  async seatsCsv(@Query() query: Record<string, unknown>): Promise<Download> {
    const rows = (await this.seatsFor(query)).rows.map(({ positions, skills, month, empty, ...row }) => ({
      council: row.council,
      seat: row.seat,
      region: row.region,
      party: row.party,
      asked: row.asked,
      refused: row.refused,
      month: month.slice(0, 7),
      positions: positions.join('; '),
      empty: empty ? 'yes' : 'no',
      skills: Object.entries(skills)
        .map(([skill, level]) => `${skill} ${String(level)}`)
        .join('; '),
    }));
    return new Download(writeCsv(SEAT_COLUMNS, rows), 'text/csv; charset=utf-8', 'seats.csv');
  }

  @Get('refusals')
  @Allow('pool.read')
  async refusals(@Granted() { actor }: Access, @Query() query: Record<string, unknown>): Promise<Page> {
    const { rows, filters, year } = await this.refusalsFor(query);
    const paging = pageOf(query);
    return new Page('programme/measures/views/counted.njk', {
      title: filters.reason === '' ? 'Refusals' : `Refusals: ${filters.reason}`,
      said: `${String(rows.length)} in ${programmeYearName(year)}.`,
      heads: ['Council', 'Seat', 'Reason', 'Day'],
      rows: rows.slice(paging.skip, paging.skip + paging.take).map((row) => ({
        href: challengeLink(actor, row),
        name: row.council,
        cells: [row.seat.replaceAll('-', ' '), row.reason, sayShortDay(row.on)],
      })),
      count: rows.length,
      filters,
      paging,
      csv: `/pool/refusals.csv?${new URLSearchParams(filters).toString()}`,
      back: `/pool?year=${String(year)}`,
    });
  }

  @Get('refusals.csv')
  @Allow('pool.read')
  async refusalsCsv(@Query() query: Record<string, unknown>): Promise<Download> {
    const rows = (await this.refusalsFor(query)).rows.map(({ council, seat, reason, on }) => ({
      council,
      seat,
      reason,
      answered_on: on,
    }));
    return new Download(writeCsv(REFUSAL_COLUMNS, rows), 'text/csv; charset=utf-8', 'refusals.csv');
  }

  private async refusalsFor(
    query: Record<string, unknown>,
  ): Promise<{ rows: Refusal[]; filters: Record<'year' | 'reason', string>; year: number }> {
    const year = yearAsked(query, this.gaps.thisYear);
    const filters = { year: String(year), reason: textOf(query.reason) };
    const rows = await this.gaps.refusals(year);
    return {
      rows: rows.filter(({ reason }) => filters.reason === '' || textOf(reason) === filters.reason),
      filters,
      year,
    };
  }

  private async seatsFor(
    query: Record<string, unknown>,
  ): Promise<{ rows: SeatRow[]; filters: Record<'year' | 'by' | 'group' | 'show', string>; year: number }> {
    const year = yearAsked(query, this.gaps.thisYear);
    const filters = {
      year: String(year),
      by: textOf(query.by),
      group: textOf(query.group),
      show: textOf(query.show),
    };
    const part = GAP_PARTS.find((one) => one === filters.by);
    const rows = (await this.gaps.seats(year)).filter(
      (row) =>
        (!part || groupsOfSeat(row, part).includes(filters.group)) &&
        (filters.show !== 'hard' || isHard(row)) &&
        (filters.show !== 'empty' || row.empty),
    );
    return { rows, filters, year };
  }
}
