import { Controller, Get, Query } from '@nestjs/common';
import { sayMonth } from '../../calendar/phrases.js';
import { programmeYearName } from '../../calendar/programme-year.js';
import { Allow, Granted, type Access } from '../../people/access.js';
import { scopeOf } from '../../people/permissions.js';
import { skillWords } from '../../kinds/skill-words.js';
import { writeCsv } from '../../web/csv.js';
import { GAP_PARTS, gapsBy, type GapPart, type RecruitWish } from './gaps.js';
import { GapsService } from './gaps.service.js';
import { seatsWords } from '../plan/plan-calendar.js';
import { POOL_PARTS, type PoolUseYear } from './pool-use.js';
import { ProtectedTotalsService } from './protected-totals.service.js';
import { ReferenceService } from '../../reference/reference.service.js';
import { KindsService } from '../../kinds/kinds.service.js';

import { nameOf, skillsOf } from './pool-words.js';
import { yearAsked } from '../programme-years.js';
import { Download, Page } from '../../web/pages.js';
import type { Words } from '../../kinds/words.js';
const SHOWN = 12;
const GAP_NAMES: Record<GapPart, string> = {
  position: 'position',
  skill: 'skill',
  party: 'party',
  region: 'region of the council',
  month: 'month',
};
const GAP_COLUMNS = ['part', 'group', 'seats', 'hard', 'empty'] as const;

/** What the pool lacks: seats that are hard to fill, refusals, who is used, whom to recruit. */
@Controller('pool')
export class PoolPages {
  constructor(
    private readonly gaps: GapsService,
    private readonly totals: ProtectedTotalsService,
    private readonly reference: ReferenceService,
    private readonly kinds: KindsService,
  ) {}

  @Get()
  @Allow('pool.read')
  async page(@Granted() { actor }: Access, @Query() query: Record<string, unknown>): Promise<Page> {
    const year = yearAsked(query, this.gaps.thisYear);
    const found = await this.gaps.of(year);
    const words = await this.kinds.words();
    const weights = await this.reference.get('weights');
    const tables = GAP_PARTS.map((part) => ({
      part,
      name: GAP_NAMES[part],
      rows: found.gaps[part].slice(0, SHOWN).map((row) => ({ ...row, name: nameOf(part, row.group, words) })),
      more: Math.max(0, found.gaps[part].length - SHOWN),
    }));
    const model = {
      found,
      tables,
      year,
      times: await this.gaps.times(year),
      mayReport: scopeOf(actor.role, 'programme.read') !== undefined,
      seesPlans: scopeOf(actor.role, 'plans.read') !== undefined,
      parts: POOL_PARTS.map((part) => ({ part, rows: found.composition.filter((row) => row.part === part) })),
      recruit: found.recruit.map((one) => wishWords(one, words, weights)),
      fairness: found.fairness.map(fairnessWords),
      released: await this.totals.tables(year),
      mayRecruit: scopeOf(actor.role, 'recruiting.write') !== undefined,
      mayList: scopeOf(actor.role, 'pool.list') !== undefined,
    };
    return new Page('programme/pool/views/pool.njk', {
      title: `What the pool lacks, ${programmeYearName(year)}`,
      ...model,
    });
  }

  @Get('gaps.csv')
  @Allow('pool.read')
  async gapsCsv(@Query() query: Record<string, unknown>): Promise<Download> {
    const seats = await this.gaps.seats(yearAsked(query, this.gaps.thisYear));
    const rows = GAP_PARTS.flatMap((part) => gapsBy(seats, part).map((row) => ({ part, ...row })));
    return new Download(writeCsv(GAP_COLUMNS, rows), 'text/csv; charset=utf-8', 'pool-gaps.csv');
  }
}

const wishWords = (
  wish: RecruitWish,
  words: Words,
  { unfilled, base }: { unfilled: number; base: number },
): object => ({
  ...wish,
  who: wish.positions.map(words.position).join(' or '),
  with: skillsOf(wish.skills, words),
  month: sayMonth(`${wish.month}-01`),
  worth: seatsWords(wish.gain, unfilled + base),
  campaign: `/campaigns/new?${campaignFor(wish).toString()}`,
});

/** What a campaign for a gap begins with. */
const campaignFor = ({ positions, skills, party, region }: RecruitWish): URLSearchParams =>
  new URLSearchParams({
    positions: positions.join(','),
    skills: skillWords(skills),
    party: party ?? '',
    region,
  });

const fairnessWords = (one: PoolUseYear): object => ({
  ...one,
  name: programmeYearName(one.year),
  topShare: one.days > 0 ? Math.round((100 * one.topDays) / one.days) : 0,
});
