import { Controller, Get, Param, Query } from '@nestjs/common';
import { programmeYearName, programmeYearRange } from '../../calendar/programme-year.js';
import { Database } from '../../database/database.js';
import { councilType, upperFirst } from '../../english/words.js';
import { Allow, Granted, regionsOf, type Access } from '../../people/access.js';
import { scopeOf } from '../../people/permissions.js';
import { writeCsv } from '../../web/csv.js';
import { pageOf, textOf } from '../../web/lists.js';
import { Download, Page } from '../../web/pages.js';
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

type Filters = Record<TakeUpPart | 'took', string>;

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
  ): Promise<Page> {
    const { year, until, all } = await this.read(access, text);
    const filters = filtersOf(query);
    const shown = all.filter((one) => isShown(one, filters));
    const paging = pageOf(query);
    return new Page('programme/take-up/views/take-up.njk', {
      title: `What councils took up, ${programmeYearName(year)}`,
      year,
      until,
      heads: ['Councils', 'Took up anything', 'Share', ...TAKEN.map((part) => TAKEN_NAMES[part])],
      tables: [
        { caption: 'All councils', head: 'All', rows: [rowOf(year, counted('All councils', all), null)] },
        ...TAKE_UP_PARTS.map((part) => ({
          caption: `By ${PART_NAMES[part].toLowerCase()}`,
          head: PART_NAMES[part],
          rows: takeUpBy(all, part).map((group) => rowOf(year, group, part)),
        })),
      ],
      rows: shown.slice(paging.skip, paging.skip + paging.take),
      count: shown.length,
      isNarrowed: Object.values(filters).some((value) => value !== ''),
      filters,
      paging,
      mayReport: scopeOf(access.actor.role, 'programme.read') !== undefined,
    });
  }

  @Get('take-up.csv')
  @Allow('councils.picture')
  async csv(
    @Granted() access: Access,
    @Param('year') text: string,
    @Query() query: Record<string, unknown>,
  ): Promise<Download> {
    const { year, all } = await this.read(access, text);
    const rows = all
      .filter((one) => isShown(one, filtersOf(query)))
      .map(({ name, code, region, type, control, took }) => ({
        ...{ council: name, code, region, type, control, took_up: took.length > 0 ? 'yes' : 'no' },
        ...Object.fromEntries(
          TAKEN.map((part) => [
            part,
            took
              .filter((one) => one.part === part)
              .map(({ what, day }) => `${what} (${day})`)
              .join('; '),
          ]),
        ),
      }));
    return new Download(writeCsv(COLUMNS, rows), 'text/csv; charset=utf-8', `take-up-${String(year)}.csv`);
  }

  private async read(
    access: Access,
    text: string,
  ): Promise<{ year: number; until: string; all: TakeUpCouncil[] }> {
    const year = readYear(text);
    const { from, to } = programmeYearRange(year);
    const until = to < this.db.today() ? to : this.db.today();
    return { year, until, all: await takeUp(this.db.manager, { from, to: until }, regionsOf(access)) };
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
function rowOf(year: number, group: TakeUpGroup, part: TakeUpPart | null): object {
  const at = (took: string): string =>
    `/programme/${String(year)}/take-up?${new URLSearchParams({ ...(part ? { [part]: group.name } : {}), ...(took ? { took } : {}) }).toString()}#councils`;
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
