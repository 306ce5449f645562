import { Controller, Get, Param } from '@nestjs/common';
import { addDays } from '../../calendar/dates.js';
import {
  programmeQuarter,
  programmeYear,
  programmeYearName,
  programmeYearRange,
} from '../../calendar/programme-year.js';
import { Database } from '../../database/database.js';
import { KindsService } from '../../kinds/kinds.service.js';
import { FEEDBACK_FORMS, LEAST_ANSWERS, SCORE_NAMES, SCORES } from '../../outcomes/feedback-forms.js';
import { Allow } from '../../people/access.js';
import { Page } from '../../web/pages.js';
import { quarterRange } from '../measures/forecast.js';
import { sayFigure } from '../measures/units.js';
import { readYear } from '../programme-years.js';
import { groupsBy, type AnsweredForm } from './feedback-groups.js';

/** The forms that the board is told of, as people say them. What managers say of a peer is between few, and makes their rating. */
const TOLD = {
  council: 'What councils think of their challenge',
  impact: 'What councils say it changed',
  peer: 'What peers think of it',
} as const satisfies Partial<Record<keyof typeof FEEDBACK_FORMS, string>>;

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
      heads: SCORES.map((score) => SCORE_NAMES[score]),
      forms: Object.entries(TOLD).map(([form, name]) => {
        const mine = answers.filter((one) => one.form === form);
        return {
          name,
          tables: [
            { by: 'kind', groups: shown(groupsBy(mine, 'kind', words.kind)) },
            { by: 'region', groups: shown(groupsBy(mine, 'region', (region) => region)) },
          ].filter(({ groups }) => groups.length > 0),
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

  private answers(year: number, until: string): Promise<AnsweredForm[]> {
    return this.db.query<AnsweredForm[]>(
      `SELECT f.form, c.kind, coalesce(h.region, 'other') AS region, (SELECT array_agg(v::int) FROM jsonb_each_text(f.scores) s (k, v)) AS scores
       FROM feedback f JOIN challenges c ON c.id = f.challenge_id JOIN councils h ON h.id = c.council_id
       WHERE f.scores IS NOT NULL AND f.scores <> '{}' AND (f.answered_at AT TIME ZONE 'Europe/London')::date BETWEEN $1 AND $2`,
      [programmeYearRange(year).from, until],
    );
  }
}

const shown = (groups: ReturnType<typeof groupsBy>): object[] =>
  groups.map((one) => ({ ...one, mean: sayFigure(one.mean, { unit: 'number', decimals: 1 }, 1) }));
