import { Controller, Get, Query } from '@nestjs/common';
import { programmeYearName } from '../../calendar/programme-year.js';
import type { CivilDate } from '../../calendar/dates.js';
import type { Council } from '../../councils/council.entity.js';
import { InspectionsService } from '../../councils/inspections/inspections.service.js';
import type { Inspection } from '../../councils/inspection.entity.js';
import { Database } from '../../database/database.js';
import { Allow, Granted, type Access } from '../../people/access.js';
import { scopeOf } from '../../people/permissions.js';
import type { Framework } from '../../reference/content.js';
import { ReferenceService } from '../../reference/reference.service.js';
import { textOf } from '../../web/lists.js';
import { Page } from '../../web/pages.js';
import {
  movedBetween,
  newestUntil,
  standingByYear,
  type Judged,
  type Moved,
  type StandingYear,
} from './judgements.js';

const YEARS = 5;

/** What inspections judged, framework by framework: over the years, before and after a challenge, and who was never inspected. */
@Controller('judgements')
export class JudgementsPages {
  constructor(
    private readonly db: Database,
    private readonly inspections: InspectionsService,
    private readonly reference: ReferenceService,
  ) {}

  @Get()
  @Allow('councils.picture')
  async page(@Granted() access: Access, @Query() query: Record<string, unknown>): Promise<Page> {
    const frameworks = await this.reference.get('frameworks');
    const wanted = textOf(query.framework);
    const framework = frameworks.find(({ id }) => id === wanted) ?? frameworks[0];
    return new Page('programme/judgements/views/judgements.njk', {
      title: 'Judgements of inspections',
      frameworks,
      filters: { framework: framework?.id ?? '' },
      framework,
      ...(framework ? await this.of(access, framework) : {}),
    });
  }

  private async of(access: Access, framework: Framework): Promise<object> {
    const [today, { judgements }] = [this.db.today(), framework];
    const recorded = (await this.inspections.list(access)).filter((one) => one.framework === framework.id);
    const councils = await this.inspections.inspected(access, framework);
    const heirs = await this.inspections.heirsOf(recorded.map(({ councilId }) => councilId));
    const judged = recorded.flatMap((one) => judgedOf(one, heirs));
    const moved = movedBetween(judged, judgements, await this.challenges());
    const priorities = await this.priorities(today);
    const never = neverInspected(councils, judged, recorded, priorities);
    return {
      heads: [
        'End of',
        ...judgements,
        judgements.length > 0 ? 'Another, or none' : 'Inspected',
        'Held in the year',
      ],
      years: standingByYear(judged, judgements, { today, years: YEARS }).map(yearRow),
      moved: [
        movedRow('A challenge of the council was delivered between the two', moved.withChallenge),
        movedRow('None was', moved.without),
      ],
      movedCouncils: movedCouncils(moved, new Map(councils.map((one) => [one.id, one]))),
      isRanked: judgements.length > 0,
      never,
      standing: groupedBy(judgements, councils, newestUntil(judged, today)),
      mayName: scopeOf(access.actor.role, 'picture.write') !== undefined,
    };
  }

  /** When each council had its challenges: those delivered. */
  private challenges(): Promise<{ councilId: string; lastDay: CivilDate }[]> {
    return this.db.query(
      `SELECT o.id AS "councilId", c.last_day::text AS "lastDay" FROM challenges c CROSS JOIN LATERAL unnest(c.council_id || c.partner_ids) host (id)
         JOIN council_lines o ON o.ancestor_id = host.id
       WHERE c.last_day IS NOT NULL AND c.id IN (SELECT id FROM delivered_challenges)`,
    );
  }

  private async priorities(today: CivilDate): Promise<Set<string>> {
    const rows = await this.db.query<{ id: string }[]>(
      'SELECT council_id AS id FROM offer_priorities WHERE until >= $1::date',
      [today],
    );
    return new Set(rows.map(({ id }) => id));
  }
}

/** An inspection is of those that its council is today: after a reorganisation, of those that followed it. */
const judgedOf = (
  { councilId, inspectedOn, judgement }: Inspection,
  heirs: ReadonlyMap<string, string[]>,
): Judged[] =>
  inspectedOn === null
    ? []
    : (heirs.get(councilId) ?? [councilId]).map((id) => ({ councilId: id, heldOn: inspectedOn, judgement }));

const MOVED_NAMES: Record<keyof Moved, string> = { better: 'Better', same: 'The same', worse: 'Worse' };

/** The councils behind the pairs of inspections: "Better, with a challenge between". */
const movedCouncils = (
  moved: { withChallenge: Moved; without: Moved },
  councils: ReadonlyMap<string, Council>,
): { name: string; councils: Council[] }[] =>
  (['withChallenge', 'without'] as const).flatMap((between) =>
    (['better', 'same', 'worse'] as const).flatMap((way) => {
      const found = moved[between][way].flatMap((id) => councils.get(id) ?? []);
      const name = `${MOVED_NAMES[way]}, ${between === 'without' ? 'without' : 'with'} a challenge between`;
      return found.length > 0 ? [{ name, councils: found }] : [];
    }),
  );

const movedRow = (name: string, { better, same, worse }: Moved): object => ({
  name,
  cells: [better.length, same.length, worse.length],
});

/** Councils with their share of all that were inspected, and how many inspections there were. */
const yearRow = ({ year, councils, held }: StandingYear): object => {
  const shares = sharesOf(councils);
  const cells = councils.map((count, n) =>
    count === 0 ? '0' : `${String(count)} (${String(shares[n] ?? 0)}%)`,
  );
  return { name: programmeYearName(year), cells: [...cells, held] };
};

/** Councils by how they stand today, the best first. */
function groupedBy(
  judgements: readonly string[],
  councils: readonly Council[],
  newest: ReadonlyMap<string, Judged>,
): { judgement: string; councils: { council: Council; heldOn: CivilDate }[] }[] {
  const groups = new Map<string, { council: Council; heldOn: CivilDate }[]>(
    judgements.map((judgement) => [judgement, []]),
  );
  for (const council of councils) {
    const now = newest.get(council.id);
    if (!now) continue;
    const judgement = now.judgement ?? 'No judgement in the record';
    groups.set(judgement, [...(groups.get(judgement) ?? []), { council, heldOn: now.heldOn }]);
  }
  return [...groups].map(([judgement, mine]) => ({ judgement, councils: mine }));
}

/** Shares of a hundred of all that were inspected, rounded. */
function sharesOf(councils: readonly number[]): number[] {
  const all = councils.reduce((sum, one) => sum + one, 0);
  return councils.map((one) => (all === 0 ? 0 : Math.round((100 * one) / all)));
}

/** Councils without an inspection under a framework: those named first, then by when theirs is expected, then by name. */
function neverInspected(
  councils: readonly Council[],
  judged: readonly Judged[],
  recorded: readonly Inspection[],
  priorities: ReadonlySet<string>,
): { council: Council; expectedBy: CivilDate | null; first: boolean }[] {
  const held = new Set(judged.map(({ councilId }) => councilId));
  const expected = new Map(
    recorded.flatMap(({ councilId, inspectedOn, expectedBy }) =>
      inspectedOn === null && expectedBy !== null ? [[councilId, expectedBy] as const] : [],
    ),
  );
  const orderOf = (one: { council: Council; expectedBy: CivilDate | null; first: boolean }): string =>
    `${one.first ? '0' : '1'} ${one.expectedBy ?? '9999'} ${one.council.name}`;
  return councils
    .filter(({ id }) => !held.has(id))
    .map((council) => ({
      council,
      expectedBy: expected.get(council.id) ?? null,
      first: priorities.has(council.id),
    }))
    .sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}
