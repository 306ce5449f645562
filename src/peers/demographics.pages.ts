import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { Allow, Granted, type Access } from '../people/access.js';
import { record } from '../people/audit.js';
import { Choice } from '../web/fields.js';
import { FRESH, submit, type Again } from '../web/forms.js';
import { Page, Redirect, type Download } from '../web/pages.js';
import { paths } from '../web/paths.js';
import { DEMOGRAPHICS } from './demographics.js';
import { Demographics } from './demographics.entity.js';
import { Database } from '../database/database.js';

const optionsOf = (part: keyof typeof DEMOGRAPHICS): string[] => Object.keys(DEMOGRAPHICS[part].options);

class AboutForm {
  @Choice(optionsOf('gender'), { optional: true }) gender?: string;
  @Choice(optionsOf('ageBand'), { optional: true }) ageBand?: string;
  @Choice(optionsOf('ethnicity'), { optional: true }) ethnicity?: string;
  @Choice(optionsOf('disability'), { optional: true }) disability?: string;
}

/** A peer's own word on gender, age and the like: voluntary, for totals only, taken back at any time. */
@Controller('peers/:id/about')
export class DemographicsPages {
  constructor(private readonly db: Database) {}

  @Get()
  @Allow('demographics.own', 'peer')
  async form(@Param('id') peerId: string, again: Again = FRESH): Promise<Page> {
    const said = await this.db.manager.findOneBy(Demographics, { peerId });
    const parts = Object.entries(DEMOGRAPHICS).map(([id, { label, options }]) => ({
      id,
      label,
      value: said?.[id as keyof typeof DEMOGRAPHICS] ?? '',
      items: Object.entries(options).map(([value, text]) => ({ value, text })),
    }));
    return new Page('peers/views/about.njk', { title: 'About you, for totals only', parts, ...again });
  }

  /** What is left open is taken back; the trail says that, and nothing of what was said. */
  @Post()
  @Allow('demographics.own', 'peer')
  save(
    @Granted() { actor }: Access,
    @Param('id') peerId: string,
    @Body() body: unknown,
  ): Promise<Page | Redirect | Download> {
    const work = async ({
      gender = null,
      ageBand = null,
      ethnicity = null,
      disability = null,
    }: Said): Promise<Redirect> => {
      await this.db.transact(async (tx) => {
        await tx.upsert(Demographics, { peerId, gender, ageBand, ethnicity, disability }, ['peerId']);
        await record(tx, actor, 'demographics.changed', `peer:${peerId}`);
      });
      return new Redirect(paths.home);
    };
    return submit(AboutForm, body, work as (form: AboutForm) => Promise<Redirect>, (again) =>
      this.form(peerId, again),
    );
  }
}

type Said = { [Part in keyof AboutForm]?: string | null };
