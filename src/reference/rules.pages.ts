import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { Allow, Granted, type Access } from '../people/access.js';
import { Day, QueryInt, Text } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { Database } from '../database/database.js';
import { paths } from '../web/paths.js';
import { notFound } from '../web/problems.js';
import type { Reporting } from './content.js';
import { entriesOf, hintOf, lineOf, linesChanged, type Entry } from './list-lines.js';
import { usesOf, type List } from './in-use.js';
import { ReferenceService } from './reference.service.js';

type Answer = Promise<Page | Redirect | Download>;

/** Lists that people choose from, by what they are. */
const LISTS: Record<List, string> = {
  positions: 'Positions of peers',
  skills: 'Skills of peers',
  signals: 'Types of signals',
  supports: 'Types of support',
  priorities: 'Reasons to offer a council a challenge first',
  criteria: 'Criteria for peers',
  frameworks: 'Frameworks of inspections',
  findings: 'What reviews of plans find',
  themes: 'Themes of good practice',
  groups: 'Groups of councillors',
  groupings: 'Groupings of councils',
};

const VERSION = { min: 1, max: 2_147_483_647 };
const PERCENT = { min: 0, max: 100 };

class ReportingForm {
  @QueryInt(VERSION) version: number;
  @Says('Enter a whole number from 0 to 100') @QueryInt(PERCENT) amberFromPercent: number;
  @Says('Enter a whole number from 0 to 100') @QueryInt(PERCENT) lineAmberPercent: number;
  @Says('Enter a whole number from 0 to 100') @QueryInt(PERCENT) budgetGreenPercent: number;
  @Says('Enter a whole number from 0 to 100') @QueryInt(PERCENT) budgetAmberPercent: number;
  @Says('Enter a whole number from 0 to 100') @QueryInt(PERCENT) confirmedPercent: number;
  @Says('Enter a whole number from 0 to 100') @QueryInt(PERCENT) discussionPercent: number;
  @Says('Enter four whole numbers like 8, 17, 24, 25')
  @Text({ max: 40, pattern: /^\d{1,4}(\s*,\s*\d{1,4}){3}$/ })
  seasonalProfile: string;
  @Says('Enter the day like 1 April 2027') @Day({ optional: true }) from?: string;
  @Says('Enter why') @Text({ max: 500 }) reason: string;
}

class ListForm {
  @QueryInt(VERSION) version: number;
  @Says('Enter one entry a line, like financial: Financial difficulty')
  @Text({ max: 10_000 })
  entries: string;
  @Says('Enter why') @Text({ max: 500 }) reason: string;
}

/** The rules of reports, and the lists that people choose from: changed without a release, each time with why. */
@Controller('rules')
export class RulesPages {
  constructor(
    private readonly reference: ReferenceService,
    private readonly db: Database,
  ) {}

  @Get()
  @Allow('policy.write')
  async reporting(again: Again = FRESH): Promise<Page> {
    const { content, version } = await this.reference.item('reporting');
    const rules = content as Reporting;
    const model = {
      version,
      rules: { ...rules, seasonalProfile: rules.seasonalProfile.join(', ') },
      lists: LISTS,
    };
    return new Page('reference/views/rules.njk', {
      title: 'Rules of reports',
      ...model,
      history: await this.reference.history('reporting'),
      ...again,
    });
  }

  @Post()
  @Allow('policy.write')
  saveReporting(@Granted() { actor }: Access, @Body() body: unknown): Answer {
    const work = async ({
      version,
      reason,
      seasonalProfile,
      from,
      ...rules
    }: ReportingForm): Promise<Redirect> => {
      const content: Reporting = {
        ...rules,
        // What holds from now on leaves the reports of before as they were.
        from: from ?? this.db.today(),
        seasonalProfile: seasonalProfile.split(',').map(Number),
      };
      await this.reference.put(actor, 'reporting', { content, reason, version });
      return new Redirect(paths.rules);
    };
    return submit(ReportingForm, body, work, (again) => this.reporting(again));
  }

  @Get(':list')
  @Allow('policy.write')
  async list(@Param('list') list: string, again: Again = FRESH): Promise<Page> {
    const id = listOf(list);
    const { content, version } = await this.reference.item(id);
    const entries = (content as Entry[]).map(lineOf).join('\n');
    const uses = await usesOf(this.db.manager, id);
    const used = (content as Entry[]).map((one) => ({ name: one.name, uses: uses.get(one.id) ?? 0 }));
    const history = (await this.reference.history(id)).map((one) => ({
      ...one,
      ...linesChanged(one.before as Entry[] | null, one.after as Entry[]),
    }));
    const model = { version, entries, hint: hintOf(id), used, history };
    return new Page('reference/views/list.njk', { title: LISTS[id], ...model, ...again });
  }

  /** What is in use stays readable by its id when it is taken off the list. */
  @Post(':list')
  @Allow('policy.write')
  saveList(@Granted() { actor }: Access, @Param('list') list: string, @Body() body: unknown): Answer {
    const work = async ({ version, entries, reason }: ListForm): Promise<Redirect> => {
      const content = entriesOf(entries, listOf(list));
      await this.reference.put(actor, listOf(list), { content, reason, version });
      return new Redirect(paths.list(list));
    };
    return submit(ListForm, body, work, (again) => this.list(list, again));
  }
}

function listOf(id: string): List {
  if (!Object.hasOwn(LISTS, id)) throw notFound('list');
  return id as List;
}
