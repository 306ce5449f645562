import { Controller, Get, Param, Query } from '@nestjs/common';
import { programmeYearName, programmeYearRange } from '../../calendar/programme-year.js';
import { Database } from '../../database/database.js';
import { councilType, upperFirst } from '../../english/words.js';
import { Allow, Granted, regionsOf, type Access } from '../../people/access.js';
import { scopeOf } from '../../people/permissions.js';
import { writeCsv } from '../../web/csv.js';
import { pageOf, textOf } from '../../web/lists.js';
import { Text } from '../../web/fields.js';
import { FRESH, submit, type Again } from '../../web/forms.js';
import { Download, Page, type Redirect } from '../../web/pages.js';
import { readTypedDay } from '../../web/british-dates.js';
import { asAtOf } from '../measures/as-at.js';
import { readYear } from '../programme-years.js';
import {
  counted,
  groupOf,
  shareOf,
  TAKE_UP_PARTS,
  takeUp,
  takeUpBy,
  type TakeUpCouncil,
  type TakeUpGroup,
  type TakeUpPart,
} from './take-up.js';
import { TAKEN, TAKEN_NAMES } from './taken.js';

const PART_NAMES: Record<TakeUpPart, string> = {
  region: 'Region',
  type: 'Type of council',
  control: 'Control',
};
const COLUMNS = ['council', 'code', 'region', 'type', 'control', 'took_up', ...TAKEN] as const;

/** The page with more said in its address. */
type Address = (more: Record<string, string>) => string;
type Filters = Record<TakeUpPart | 'took', string>;

class AsAtForm {
  @Text({ optional: true, max: 40 }) asAt?: string;
}

/** Which councils took up something of what is offered in a year: by region, type and control, and council by council. */
@Controller('programme/:year')
export class TakeUpPages {
  constructor(private readonly db: Database) {}

  @Get('take-up')
  @Allow('councils.picture')
  async page(
    @Granted() access: Access,
    @Param('year') text: string,
    @Query() query: Record<string, unknown>,
  ): Promise<Page | Redirect | Download> {
    return submit(
      AsAtForm,
      { asAt: query.asAt },
      () => this.shown(access, text, query),
      (again) => this.shown(access, text, { ...query, asAt: '' }, again),
    );
  }

  private async shown(
    access: Access,
    text: string,
    query: Record<string, unknown>,
    again: Again = FRESH,
  ): Promise<Page> {
    const { year, until, asked, all } = await this.read(access, text, query);
    const filters = filtersOf(query);
    const shown = all.filter((one) => isShown(one, filters));
    const paging = pageOf(query);
    const address: Address = (more) => {
      const asking = new URLSearchParams({ ...(asked ? { asAt: asked } : {}), ...more });
      return `/programme/${String(year)}/take-up?${asking.toString()}#councils`;
    };
    return new Page('programme/take-up/views/take-up.njk', {
      title: `What councils took up, ${programmeYearName(year)}`,
      year,
      until,
      asAt: asked,
      later: all.flatMap(({ took }) => took).filter(({ told }) => told !== null).length,
      heads: ['Councils', 'Took up anything', 'Share', ...TAKEN.map((part) => TAKEN_NAMES[part])],
      tables: [
        { caption: 'All councils', head: 'All', rows: [rowOf(address, counted('All councils', all), null)] },
        ...TAKE_UP_PARTS.map((part) => ({
          caption: `By ${PART_NAMES[part].toLowerCase()}`,
          head: PART_NAMES[part],
          rows: takeUpBy(all, part).map((group) => rowOf(address, group, part)),
        })),
      ],
      rows: shown.slice(paging.skip, paging.skip + paging.take),
      count: shown.length,
      isNarrowed: Object.values(filters).some((value) => value !== ''),
      asked: { ...filters, asAt: asked },
      paging,
      mayReport: scopeOf(access.actor.role, 'programme.read') !== undefined,
      ...again,
    });
  }

  @Get('take-up.csv')
  @Allow('councils.picture')
  async csv(
    @Granted() access: Access,
    @Param('year') text: string,
    @Query() query: Record<string, unknown>,
  ): Promise<Download> {
    const { year, until, asked, all } = await this.read(access, text, query);
    const rows = all
      .filter((one) => isShown(one, filtersOf(query)))
      .map(({ name, code, region, type, control, took }) => ({
        ...{ council: name, code, region, type, control, took_up: took.length > 0 ? 'yes' : 'no' },
        ...Object.fromEntries(
          TAKEN.map((part) => [
            part,
            took
              .filter((one) => one.part === part)
              .map(({ what, day, told }) => `${what} (${day}${told ? `, recorded ${told}` : ''})`)
              .join('; '),
          ]),
        ),
      }));
    return new Download(
      writeCsv(COLUMNS, rows),
      'text/csv; charset=utf-8',
      `take-up-${String(year)}${asked === '' ? '' : `-as-at-${until}`}.csv`,
    );
  }

  private async read(
    access: Access,
    text: string,
    { asAt }: Record<string, unknown>,
  ): Promise<{ year: number; until: string; asked: string; all: TakeUpCouncil[] }> {
    const year = readYear(text);
    const typed = textOf(asAt);
    const { day, known } = asAtOf(year, readTypedDay(typed) ?? typed, this.db.today());
    const { from } = programmeYearRange(year);
    const all = await takeUp(this.db.manager, { from, to: day, known }, regionsOf(access));
    return { year, until: day, asked: known ?? '', all };
  }
}

const filtersOf = (query: Record<string, unknown>): Filters => ({
  region: textOf(query.region),
  type: textOf(query.type),
  control: textOf(query.control),
  took: textOf(query.took),
});

function isShown(council: TakeUpCouncil, { took, ...parts }: Filters): boolean {
  const tookAny = council.took.length > 0;
  const isTaking =
    took === '' ||
    (took === 'any' && tookAny) ||
    (took === 'none' && !tookAny) ||
    council.took.some(({ part }) => part === took);
  return (
    isTaking && TAKE_UP_PARTS.every((part) => parts[part] === '' || groupOf(council, part) === parts[part])
  );
}

/** A row of figures, each with the address of the councils behind it. */
function rowOf(address: Address, group: TakeUpGroup, part: TakeUpPart | null): object {
  const at = (took: string): string =>
    address({ ...(part ? { [part]: group.name } : {}), ...(took ? { took } : {}) });
  const linked = (count: number, took: string): object => ({
    text: String(count),
    href: count > 0 ? at(took) : '',
  });
  const share = shareOf(group.any, group.councils);
  return {
    name: part === 'type' ? upperFirst(councilType(group.name)) : group.name,
    cells: [
      linked(group.councils, ''),
      linked(group.any, 'any'),
      share === null ? '–' : `${String(share)}%`,
      ...TAKEN.map((kind) => linked(group.by[kind], kind)),
    ],
  };
}
