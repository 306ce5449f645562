import type { EntityManager } from 'typeorm';
import type { DateRange } from '../calendar/dates.js';
import { preElectionPeriods } from '../calendar/elections.js';
import type { CalendarRules } from '../calendar/window-rules.js';
import type { Challenge } from '../challenges/challenge.entity.js';
import { Council } from '../councils/council.entity.js';
import { seatWords } from '../kinds/seats.js';
import type { Proposal } from '../proposals/proposal.entity.js';
import { ReferenceItem } from '../reference/reference-item.entity.js';

interface Visit {
  challenge: Challenge;
  team: Proposal;
}

/**
 * Elections at home of members of the teams, by visit: whoever is on site on these days stays at home before a poll of the own council. Seats
 * and councils are named, and nobody; general elections are said of the host.
 */
export async function membersElections(tx: EntityManager, visits: readonly Visit[]): Promise<string[][]> {
  const ids = visits.flatMap(({ team }) => Object.values(team.seats).filter((id) => id !== null));
  const homes = await homesOf(tx, ids);
  const { content } = await tx.findOneByOrFail(ReferenceItem, { id: 'calendar' });
  const { addedBankHolidays } = content as CalendarRules;
  return visits.map(({ challenge, team }) => {
    const { firstDay: from, lastDay: to } = team.onSite;
    return challenge.seats.flatMap(({ id, offSite = false }) => {
      const home = homes.get(team.seats[id] ?? '');
      if (offSite || !home) return [];
      const periods = preElectionPeriods(home.elections, { from, to }, [], addedBankHolidays);
      return periods.map((period) => sayAtHome(id, home, period));
    });
  });
}

const sayAtHome = (seat: string, { name }: Council, { from, to }: DateRange): string =>
  `the council of the ${seatWords(seat)}, ${name}, is in its pre-election period from ${from} to ${to}`;

/** The own councils of those of some peers who are members. */
async function homesOf(tx: EntityManager, ids: readonly string[]): Promise<Map<string, Council>> {
  const members = await tx.query<{ id: string; councilId: string }[]>(
    `SELECT id, council_id AS "councilId" FROM peers WHERE id = ANY($1) AND class = 'member' AND council_id IS NOT NULL`,
    [ids],
  );
  const councils = await tx
    .createQueryBuilder(Council, 'c')
    .where('c.id = ANY(:ids)', { ids: members.map(({ councilId }) => councilId) })
    .getMany();
  const byId = new Map(councils.map((council) => [council.id, council]));
  return new Map(
    members.flatMap(({ id, councilId }) => {
      const council = byId.get(councilId);
      return council ? [[id, council] as const] : [];
    }),
  );
}
