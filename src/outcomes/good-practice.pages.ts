import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ChallengesService } from '../challenges/challenges.service.js';
import { Allow, Granted, type Access } from '../people/access.js';
import { Text } from '../web/fields.js';
import { writeCsv } from '../web/csv.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { namesOf } from '../councils/names.js';
import { textOf } from '../web/lists.js';
import { Download, Page, Redirect } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { GoodPracticeService } from './good-practice.service.js';

class PracticeForm {
  @Says('Enter a title') @Text({ max: 200 }) title: string;
  @Says('Enter what was seen') @Text({ max: 5000 }) what: string;
  @Text({ optional: true, max: 60 }) theme?: string;
  @Text({ optional: true, max: 200 }) consentBy?: string;
}

const COLUMNS = ['title', 'theme', 'what', 'council', 'seen_on', 'shared'] as const;

/** Good practice that was seen at councils: found by everybody once the council consents. */
@Controller()
export class GoodPracticePages {
  constructor(
    private readonly practice: GoodPracticeService,
    private readonly challenges: ChallengesService,
  ) {}

  @Get('good-practice')
  @Allow('practice.read')
  async search(@Granted() access: Access, @Query() query: Record<string, unknown>): Promise<Page> {
    const filters = { text: textOf(query.text), theme: textOf(query.theme) };
    const rows = await this.practice.search(access, filters);
    const themes = await this.practice.themes();
    const name = namesOf(themes);
    return new Page('outcomes/views/good-practice.njk', {
      title: 'Good practice',
      rows: rows.map((one) => ({ ...one, theme: one.theme && name(one.theme) })),
      themes,
      filters,
    });
  }

  @Get('good-practice.csv')
  @Allow('practice.read')
  async csv(@Granted() access: Access, @Query() query: Record<string, unknown>): Promise<Download> {
    const rows = (
      await this.practice.search(access, { text: textOf(query.text), theme: textOf(query.theme) })
    ).map(({ title, theme, what, challenge, consentOn }) => ({
      title,
      theme,
      what,
      council: challenge?.council?.name ?? '',
      seen_on: challenge?.lastDay ?? '',
      shared: consentOn ?? '',
    }));
    return new Download(writeCsv(COLUMNS, rows), 'text/csv; charset=utf-8', 'good-practice.csv');
  }

  @Get('challenges/:id/good-practice')
  @Allow('challenges.manage', 'challenge')
  async seen(@Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const challenge = await this.challenges.get(id);
    const rows = await this.practice.ofChallenge(id);
    return new Page('outcomes/views/seen.njk', {
      title: 'Good practice seen here',
      challenge,
      rows,
      themes: await this.practice.themes(),
      ...again,
    });
  }

  @Post('challenges/:id/good-practice')
  @Allow('challenges.manage', 'challenge')
  add(
    @Granted() { actor }: Access,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<Page | Redirect | Download> {
    const work = async ({ title, what, theme, consentBy }: PracticeForm): Promise<Redirect> => {
      await this.practice.add(actor, id, {
        ...{ title, what, theme: theme ?? null, consentBy: consentBy ?? null },
      });
      return new Redirect(paths.seenAt(id));
    };
    return submit(PracticeForm, body, work, (again) => this.seen(id, again));
  }
}
