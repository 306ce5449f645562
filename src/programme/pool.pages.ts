import { Controller, Get, Query } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { sayMonth, sayShortDay } from '../calendar/phrases.js';
import { programmeYearName } from '../calendar/programme-year.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { scopeOf } from '../people/policy-table.js';
import { skillWords } from '../peers/skill-words.js';
import { PolicyService } from '../policy/policy.service.js';
import { wordsOf, type Words } from '../policy/words.js';
import { ClockService } from '../visits/clock.service.js';
import { writeCsv } from '../web/csv.js';
import { pageOf, textOf } from '../web/lists.js';
import { Download, Page } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { countedChallenges } from './counted.js';
import { GAP_PARTS, gapsBy, groupsOfSeat, isHard, type GapPart, type Refusal, type SeatRow } from './gaps.js';
import { GapsService } from './gaps.service.js';
import { seatsWords } from './plan-calendar.js';
import { POOL_PARTS, POOL_USES, poolPeers, type PoolPeer } from './pool-use.js';
import { runningFigures } from './running.js';
import { readYear } from './programme-years.js';
import { ProtectedTotalsService } from './protected-totals.service.js';

const SHOWN = 12;
const GAP_NAMES: Record<GapPart, string> = {
  position: 'position',
  skill: 'skill',
  party: 'party',
  region: 'region of the council',
  month: 'month',
};
const GAP_COLUMNS = ['part', 'group', 'seats', 'hard', 'empty'] as const;
const SEAT_COLUMNS = ['council', 'seat', 'region', 'month', 'positions', 'skills', 'party', 'asked', 'refused', 'empty'] as const;
const REFUSAL_COLUMNS = ['council', 'seat', 'reason', 'answered_on'] as const;
const PEER_COLUMNS = ['name', 'class', 'council', 'reviews', 'challenges', 'days'] as const;

/** What the pool lacks: seats that are hard to fill, refusals, who is used, whom to recruit. */
@Controller('pool')
export class PoolPages {
  constructor(
    private readonly gaps: GapsService,
    private readonly totals: ProtectedTotalsService,
    private readonly policy: PolicyService,
    private readonly source: DataSource,
    private readonly clock: ClockService,
  ) {}

  @Get()
  @Allow('pool.read')
  async page(@Granted() { actor }: Access, @Query() query: Record<string, unknown>): Promise<Page> {
    const year = this.yearOf(query);
    const found = await this.gaps.of(year);
    const words = await wordsOf(this.policy);
    const weights = await this.policy.get('weights');
    const tables = GAP_PARTS.map((part) => ({
      ...{ part, name: GAP_NAMES[part] },
      rows: found.gaps[part].slice(0, SHOWN).map((row) => ({ ...row, name: nameOf(part, row.group, words) })),
      more: Math.max(0, found.gaps[part].length - SHOWN),
    }));
    const model = {
      ...{ found, tables, year, times: await this.times(year) },
      mayReport: scopeOf(actor.role, 'programme.read') !== undefined,
      seesPlans: scopeOf(actor.role, 'plans.read') !== undefined,
      parts: POOL_PARTS.map((part) => ({ part, rows: found.composition.filter((row) => row.part === part) })),
      recruit: found.recruit.map((one) => ({
        ...one,
        who: one.positions.map(words.position).join(' or '),
        with: skillsOf(one.skills, words),
        typed: skillWords(one.skills),
        month: sayMonth(`${one.month}-01`),
        worth: seatsWords(one.gain, weights.unfilled + weights.base),
      })),
      fairness: found.fairness.map((one) => ({
        ...one,
        name: programmeYearName(one.year),
        topShare: one.days > 0 ? Math.round((100 * one.topDays) / one.days) : 0,
      })),
      released: await this.totals.tables(year),
      mayRecruit: scopeOf(actor.role, 'recruiting.write') !== undefined,
      mayList: scopeOf(actor.role, 'pool.list') !== undefined,
    };
    return new Page('programme/views/pool.njk', { title: `What the pool lacks, ${programmeYearName(year)}`, ...model });
  }

  /** From scope to full team, and who was asked first. */
  private async times(year: number): Promise<{ key: string; name: string; value: string; of: number }[]> {
    const tx = this.source.manager;
    const counted = await countedChallenges(tx, year);
    const figures = await Promise.all(['full-team', 'first-ask'].map((only) => runningFigures(tx, this.clock, { year, counted, only })));
    return figures.flat().map(({ key, name, value, rows }) => ({ key, name, value, of: rows.length }));
  }

  @Get('gaps.csv')
  @Allow('pool.read')
  async gapsCsv(@Query() query: Record<string, unknown>): Promise<Download> {
    const seats = await this.gaps.seats(this.yearOf(query));
    const rows = GAP_PARTS.flatMap((part) => gapsBy(seats, part).map((row) => ({ part, ...row })));
    return new Download(writeCsv(GAP_COLUMNS, rows), 'text/csv; charset=utf-8', 'pool-gaps.csv');
  }

  @Get('seats')
  @Allow('pool.read')
  async seats(@Query() query: Record<string, unknown>): Promise<Page> {
    const { rows, filters, year } = await this.seatsFor(query);
    const words = await wordsOf(this.policy);
    const paging = pageOf(query);
    const part = GAP_PARTS.find((one) => one === filters.by);
    return new Page('programme/views/counted.njk', {
      title: `Seats${filters.show === 'hard' ? ' that are hard to fill' : filters.show === 'empty' ? ' that stay empty' : ''}${part ? `: ${nameOf(part, filters.group, words)}` : ''}`,
      said: `${String(rows.length)} ${rows.length === 1 ? 'seat' : 'seats'} in ${programmeYearName(year)}.`,
      heads: ['Council', 'Seat', 'Asks for', 'Month', 'Asked', 'Stands'],
      rows: rows.slice(paging.skip, paging.skip + paging.take).map((row) => ({
        href: paths.challenge(row.challengeId),
        name: row.council,
        cells: [
          row.seat.replaceAll('-', ' '),
          [row.positions.map(words.position).join(' or '), skillsOf(row.skills, words)].filter((text) => text !== '').join(', '),
          sayMonth(row.month),
          row.asked,
          row.empty ? 'empty' : row.refused > 0 ? `${String(row.refused)} said no` : 'filled',
        ],
      })),
      ...{ count: rows.length, filters, paging },
      csv: `/pool/seats.csv?${new URLSearchParams(filters).toString()}`,
      back: `/pool?year=${String(year)}`,
    });
  }

  @Get('seats.csv')
  @Allow('pool.read')
  async seatsCsv(@Query() query: Record<string, unknown>): Promise<Download> {
    const rows = (await this.seatsFor(query)).rows.map(({ positions, skills, month, empty, ...row }) => ({
      ...{ council: row.council, seat: row.seat, region: row.region, party: row.party, asked: row.asked, refused: row.refused },
      ...{ month: month.slice(0, 7), positions: positions.join('; '), empty: empty ? 'yes' : 'no' },
      skills: Object.entries(skills)
        .map(([skill, level]) => `${skill} ${String(level)}`)
        .join('; '),
    }));
    return new Download(writeCsv(SEAT_COLUMNS, rows), 'text/csv; charset=utf-8', 'seats.csv');
  }

  @Get('refusals')
  @Allow('pool.read')
  async refusals(@Query() query: Record<string, unknown>): Promise<Page> {
    const { rows, filters, year } = await this.refusalsFor(query);
    const paging = pageOf(query);
    return new Page('programme/views/counted.njk', {
      title: filters.reason === '' ? 'Refusals' : `Refusals: ${filters.reason}`,
      said: `${String(rows.length)} in ${programmeYearName(year)}.`,
      heads: ['Council', 'Seat', 'Reason', 'Day'],
      rows: rows.slice(paging.skip, paging.skip + paging.take).map(({ challengeId, council, seat, reason, on }) => ({
        href: paths.challenge(challengeId),
        name: council,
        cells: [seat.replaceAll('-', ' '), reason, sayShortDay(on)],
      })),
      ...{ count: rows.length, filters, paging },
      csv: `/pool/refusals.csv?${new URLSearchParams(filters).toString()}`,
      back: `/pool?year=${String(year)}`,
    });
  }

  @Get('refusals.csv')
  @Allow('pool.read')
  async refusalsCsv(@Query() query: Record<string, unknown>): Promise<Download> {
    const rows = (await this.refusalsFor(query)).rows.map(({ council, seat, reason, on }) => ({ council, seat, reason, answered_on: on }));
    return new Download(writeCsv(REFUSAL_COLUMNS, rows), 'text/csv; charset=utf-8', 'refusals.csv');
  }

  @Get('peers')
  @Allow('pool.list')
  async peers(@Query() query: Record<string, unknown>): Promise<Page> {
    const { rows, filters, year } = await this.peersFor(query);
    const paging = pageOf(query);
    return new Page('programme/views/counted.njk', {
      title: `Peers: ${filters.use}${filters.part ? `, ${filters.group.replaceAll('_', ' ')}` : ''}`,
      said: `${String(rows.length)} ${rows.length === 1 ? 'peer' : 'peers'} in ${programmeYearName(year)}.`,
      heads: ['Name', 'Class', 'Council', 'Before', 'This year'],
      rows: rows.slice(paging.skip, paging.skip + paging.take).map(({ id, name, class: peerClass, council, reviews, times, days }) => ({
        href: paths.peer(id),
        name,
        cells: [peerClass, council ?? '–', reviews, `${String(times)} challenges, ${String(days)} days`],
      })),
      ...{ count: rows.length, filters, paging },
      csv: `/pool/peers.csv?${new URLSearchParams(filters).toString()}`,
      back: `/pool?year=${String(year)}`,
    });
  }

  @Get('peers.csv')
  @Allow('pool.list')
  async peersCsv(@Query() query: Record<string, unknown>): Promise<Download> {
    const rows = (await this.peersFor(query)).rows.map(({ name, class: peerClass, council, reviews, times, days }) => ({
      ...{ name, class: peerClass, council, reviews, challenges: times, days },
    }));
    return new Download(writeCsv(PEER_COLUMNS, rows), 'text/csv; charset=utf-8', 'pool.csv');
  }

  private async refusalsFor(
    query: Record<string, unknown>,
  ): Promise<{ rows: Refusal[]; filters: Record<'year' | 'reason', string>; year: number }> {
    const year = this.yearOf(query);
    const filters = { year: String(year), reason: textOf(query.reason) };
    const rows = await this.gaps.refusals(year);
    return { rows: rows.filter(({ reason }) => filters.reason === '' || textOf(reason) === filters.reason), filters, year };
  }

  private async seatsFor(
    query: Record<string, unknown>,
  ): Promise<{ rows: SeatRow[]; filters: Record<'year' | 'by' | 'group' | 'show', string>; year: number }> {
    const year = this.yearOf(query);
    const filters = { year: String(year), by: textOf(query.by), group: textOf(query.group), show: textOf(query.show) };
    const part = GAP_PARTS.find((one) => one === filters.by);
    const rows = (await this.gaps.seats(year)).filter(
      (row) =>
        (!part || groupsOfSeat(row, part).includes(filters.group)) &&
        (filters.show !== 'hard' || isHard(row)) &&
        (filters.show !== 'empty' || row.empty),
    );
    return { rows, filters, year };
  }

  private async peersFor(
    query: Record<string, unknown>,
  ): Promise<{ rows: PoolPeer[]; filters: Record<'year' | 'use' | 'part' | 'group', string>; year: number }> {
    const year = this.yearOf(query);
    const use = POOL_USES.find((one) => one === query.use) ?? 'pool';
    const part = POOL_PARTS.find((one) => one === query.part) ?? null;
    const group = textOf(query.group);
    const rows = await poolPeers(this.source.manager, year, { use, part, group });
    return { rows, filters: { year: String(year), use, part: part ?? '', group }, year };
  }

  private yearOf(query: Record<string, unknown>): number {
    const asked = textOf(query.year);
    return asked === '' ? this.gaps.thisYear : readYear(asked);
  }
}

function nameOf(part: GapPart, group: string, words: Words): string {
  if (part === 'position') return words.position(group);
  if (part === 'skill') return words.skill(group);
  return part === 'month' && /^\d{4}-\d\d$/.test(group) ? sayMonth(`${group}-01`) : group;
}

const skillsOf = (skills: Record<string, number>, words: Words): string =>
  Object.entries(skills)
    .map(([skill, level]) => `${words.skill(skill)} ${String(level)}`)
    .join(', ');
