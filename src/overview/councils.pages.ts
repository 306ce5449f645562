import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { londonDate } from '../calendar/dates.js';
import { Challenge } from '../challenges/challenge.entity.js';
import { ChallengesService } from '../challenges/challenges.service.js';
import { OFFER_ANSWERS } from '../challenges/offer.entity.js';
import { STATE_NAMES } from '../challenges/states.js';
import { Council } from '../councils/council.entity.js';
import { CouncilsService } from '../councils/councils.service.js';
import { namesOf } from '../councils/names.js';
import { PicturesService } from '../councils/pictures.service.js';
import { SignalsService } from '../councils/signals.service.js';
import { Allow, Granted, narrow, scopeFor, type Access } from '../people/access.js';
import { scopeOf, seesContacts } from '../people/policy-table.js';
import { PolicyService } from '../policy/policy.service.js';
import { wordsOf } from '../policy/words.js';
import { cycleOf, CYCLES } from '../visits/cycle.js';
import { Choice, Day, Text } from '../web/fields.js';
import { FRESH, Says, submit, type Again } from '../web/forms.js';
import { writeCsv } from '../web/csv.js';
import { pageOf, sortOf, textOf } from '../web/lists.js';
import { Download, Page, Redirect } from '../web/pages.js';
import { paths } from '../web/paths.js';

class OfferForm {
  @Says('Choose the kind') @Text({ max: 60 }) kind: string;
  @Says('Enter the day like 2026-11-03') @Day() madeOn: string;
  @Says('Choose what the council said') @Choice(OFFER_ANSWERS) answer: (typeof OFFER_ANSWERS)[number];
  @Text({ optional: true, max: 2000 }) reason?: string;
}

const SORTS = { name: 'c.name', last: 'y.last', due: 'y.due' } as const;

/** The councils of a region, and the whole picture of one. */
@Controller('councils')
export class CouncilPages {
  constructor(
    private readonly source: DataSource,
    private readonly councils: CouncilsService,
    private readonly challenges: ChallengesService,
    private readonly policy: PolicyService,
    private readonly pictures: PicturesService,
    private readonly signals: SignalsService,
  ) {}

  @Get()
  @Allow('councils.picture')
  async list(@Granted() access: Access, @Query() query: Record<string, unknown>): Promise<Page> {
    const paging = pageOf(query);
    const filters = { name: textOf(query.name), sort: sortOf(query, SORTS, 'name') };
    const rows = this.query(access, filters);
    const count = await rows.getCount();
    const shown = await rows.offset(paging.skip).limit(paging.take).getRawMany();
    return new Page('overview/views/councils.njk', { title: 'Councils', rows: shown, count, filters, paging });
  }

  @Get('export.csv')
  @Allow('councils.picture')
  async csv(@Granted() access: Access, @Query() query: Record<string, unknown>): Promise<Download> {
    const rows = await this.query(access, { name: textOf(query.name), sort: sortOf(query, SORTS, 'name') }).getRawMany<
      Record<string, string | null>
    >();
    return new Download(writeCsv(['code', 'name', 'type', 'leadingGroup', 'last', 'due'], rows), 'text/csv; charset=utf-8', 'councils.csv');
  }

  @Get(':id')
  @Allow('councils.picture', 'council')
  async one(@Granted() access: Access, @Param('id') id: string, again: Again = FRESH): Promise<Page> {
    const council = await this.councils.get(id);
    const words = await wordsOf(this.policy);
    const lineage = await this.councils.lineage(id);
    const history = await this.source.manager
      .createQueryBuilder(Challenge, 'c')
      .where('c.council_id = ANY(:lineage)', { lineage })
      .orderBy('c.first_day', 'DESC', 'NULLS FIRST')
      .getMany();
    const { due } = await cycleOf(this.source, id);
    const today = londonDate(new Date());
    const model = {
      council,
      challenges: history.map(({ id: challengeId, kind, state, firstDay }) => ({
        id: challengeId,
        kind: words.kind(kind),
        state: STATE_NAMES[state],
        firstDay,
      })),
      contacts: seesContacts(access.actor.role) ? (history[0]?.contacts ?? []) : null,
      offers: (await this.challenges.offers(id)).map((offer) => ({ ...offer, kind: words.kind(offer.kind) })),
      ...(await this.picture(access, id)),
      due,
      today,
      overdue: due !== null && due < today,
      neighbours: await this.names(await this.councils.linkedCodes(id, 'neighbour')),
      kinds: await this.policy.kinds(),
      mayOffer: scopeOf(access.actor.role, 'offers.write') !== undefined,
      mayBook: scopeOf(access.actor.role, 'challenges.book') !== undefined,
    };
    return new Page('overview/views/council.njk', { title: council.name, ...model, ...again });
  }

  @Post(':id/offers')
  @Allow('offers.write', 'council')
  offer(@Granted() access: Access, @Param('id') id: string, @Body() body: unknown): Promise<Page | Redirect | Download> {
    const work = async (form: OfferForm): Promise<Redirect> => {
      await this.challenges.offer(access.actor, id, form);
      return new Redirect(paths.council(id));
    };
    return submit(OfferForm, body, work, (again) => this.one(access, id, again));
  }

  /** Inspections, support, priority; signals for those who are confided in. */
  private async picture(access: Access, council: string) {
    const [frameworks, supports, priorities, signals] = await Promise.all([
      this.policy.get('frameworks').then(namesOf),
      this.policy.get('supports').then(namesOf),
      this.policy.get('priorities').then(namesOf),
      this.policy.get('signals').then(namesOf),
    ]);
    const confided = scopeFor(access.actor, 'signals.read');
    const known = confided ? await this.signals.list({ actor: access.actor, scope: confided }, { council }) : null;
    const priority = await this.pictures.priority(council);
    return {
      inspections: (await this.pictures.inspections(access, { council })).map((one) => ({ ...one, framework: frameworks(one.framework) })),
      supports: (await this.pictures.supports(access, { council })).map((one) => ({ ...one, type: supports(one.type) })),
      priority: priority && { ...priority, reason: priorities(priority.reason) },
      signals: known && known.map((one) => ({ ...one, type: signals(one.type) })),
      mayWritePicture: scopeOf(access.actor.role, 'picture.write') !== undefined,
      mayWriteSignals: scopeFor(access.actor, 'signals.write') !== undefined,
    };
  }

  /** Councils with their last corporate challenge delivered here, and when the next is due. */
  private query(access: Access, { name, sort }: { name: string; sort: keyof typeof SORTS }) {
    const rows = this.source.manager
      .createQueryBuilder(Council, 'c')
      .select(['c.id AS id', 'c.code AS code', 'c.name AS name', 'c.type AS type', 'c.leading_group AS "leadingGroup"'])
      .leftJoin(CYCLES, 'y', 'y.council_id = c.id')
      .addSelect('y.last::text', 'last')
      .addSelect('y.due::text', 'due')
      .where('c.valid_to IS NULL')
      .orderBy(SORTS[sort], 'ASC', 'NULLS LAST')
      .addOrderBy('c.name');
    narrow(rows, access, { region: 'c.region' });
    if (name !== '') rows.andWhere('c.name ILIKE :name', { name: `%${name.replace(/[\\%_]/g, '\\$&')}%` });
    return rows;
  }

  private async names(codes: string[]): Promise<string[]> {
    const known = await this.source.query<{ name: string }[]>('SELECT name FROM councils WHERE code = ANY($1) ORDER BY name', [codes]);
    return known.map(({ name }) => name);
  }
}
