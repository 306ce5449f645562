import { Controller, Get, Param } from '@nestjs/common';
import { addDays } from '../../calendar/dates.js';
import {
  programmeQuarter,
  programmeYear,
  programmeYearName,
  programmeYearRange,
} from '../../calendar/programme-year.js';
import { Database } from '../../database/database.js';
import { upperFirst } from '../../english/words.js';
import { KindsService } from '../../kinds/kinds.service.js';
import { FEEDBACK_FORMS, LEAST_ANSWERS, SCORE_NAMES, SCORES } from '../../outcomes/feedback-forms.js';
import { Allow } from '../../people/access.js';
import { Page } from '../../web/pages.js';
import { quarterRange } from '../measures/forecast.js';
import { sayFigure } from '../measures/units.js';
import { readYear } from '../programme-years.js';
import { groupsBeside, groupsBy, years, type AnsweredForm, type FeedbackGroup } from './feedback-groups.js';

/** The forms that the board is told of, as people say them. What managers say of a peer is between few, and makes their rating. */
const TOLD = {
  council: 'What councils think of their challenge',
  impact: 'What councils say it changed',
  peer: 'What peers think of it',
} as const satisfies Partial<Record<keyof typeof FEEDBACK_FORMS, string>>;

/** Years beside each other, to see what lasts. */
const YEARS = 5;

/** What was thought of the challenges of a year, by kind and region: figures only, of three answers and more. */
@Controller()
export class FeedbackFiguresPages {
  constructor(
    private readonly db: Database,
    private readonly kinds: KindsService,
  ) {}

  @Get('programme/:year/feedback')
  @Allow('programme.read')
  async figures(@Param('year') text: string): Promise<Page> {
    const year = readYear(text);
    const until = this.lastWholeQuarter(year);
    const answers = until === null ? [] : await this.answers(year, until);
    const words = await this.kinds.words();
    return new Page('programme/feedback/views/feedback.njk', {
      title: `What was thought of the challenges, ${programmeYearName(year)}`,
      year,
      until,
      least: LEAST_ANSWERS,
      forms: Object.entries(TOLD).map(([form, name]) => {
        const all = answers.filter((one) => one.form === form);
        const mine = all.filter((one) => one.year === programmeYearName(year));
        return {
          name,
          tables: [
            tableOf(name, 'kind', groupsBy(mine, 'kind', words.kind)),
            tableOf(
              name,
              'region',
              groupsBeside(mine, ['kind', 'region'], (region) => region),
            ),
            tableOf(name, 'year', years(all)),
          ].filter(({ rows }) => rows.length > 0),
        };
      }),
    });
  }

  /** The last day of the last quarter of a year that is over; from day to day a mean would tell what one answer was. */
  private lastWholeQuarter(year: number): string | null {
    const today = this.db.today();
    const { from, to } = programmeYearRange(year);
    if (today > to) return to;
    if (programmeYear(today) !== year) return null;
    const before = addDays(quarterRange(year, programmeQuarter(today))[0], -1);
    return before < from ? null : before;
  }

  /** Those of the year until a day, and of the years before it. */
  private async answers(year: number, until: string): Promise<AnsweredForm[]> {
    const rows = await this.db.query<(AnsweredForm & { day: string })[]>(
      `SELECT f.form, c.kind, coalesce(h.region, 'other') AS region, (SELECT array_agg(v::int) FROM jsonb_each_text(f.scores) s (k, v)) AS scores,
         (f.answered_at AT TIME ZONE 'Europe/London')::date::text AS day
       FROM feedback f JOIN challenges c ON c.id = f.challenge_id JOIN councils h ON h.id = c.council_id
       WHERE f.scores IS NOT NULL AND f.scores <> '{}' AND (f.answered_at AT TIME ZONE 'Europe/London')::date BETWEEN $1 AND $2`,
      [programmeYearRange(year - YEARS + 1).from, until],
    );
    return rows.map((one) => ({ ...one, year: programmeYearName(programmeYear(one.day)) }));
  }
}

interface Figures {
  caption: string;
  heads: string[];
  rows: { name: string; cells: (string | number)[] }[];
}

const tableOf = (form: string, by: string, groups: FeedbackGroup[]): Figures => ({
  caption: `${form}, by ${by}`,
  heads: [
    upperFirst(by),
    'Answers',
    'On average',
    ...SCORES.map((score): string => SCORE_NAMES[score] ?? String(score)),
  ],
  rows: groups.map(({ name, answers, mean, shares }) => ({
    name,
    cells: [
      answers,
      sayFigure(mean, { unit: 'number', decimals: 1 }, 1),
      ...shares.map((share) => `${String(share)}%`),
    ],
  })),
});
