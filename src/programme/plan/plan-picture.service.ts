import { skillsOf } from '../pool/pool-words.js';
import { amount, listOr } from '../../english/words.js';
import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { programmeYearRange } from '../../calendar/programme-year.js';
import type { PlanAnswer } from '../../matching/files/plan-answer.js';
import { sameSeats } from '../../proposals/planned-teams.service.js';
import { accreditWords, fallWords, relaxationWords } from '../../matching/reasons/words.js';
import { calendarOf, gapWords, seatsWords, type Entry } from './plan-calendar.js';
import { type AssignmentView, AcceptedView, PlanView } from './plans.dto.js';
import { ReferenceService } from '../../reference/reference.service.js';
import { KindsService } from '../../kinds/kinds.service.js';
import { Database } from '../../database/database.js';

import { addDays } from '../../calendar/dates.js';
import type { Accepted } from './plan-acceptance.service.js';
import { PlanNames, comparePlans, viewAccepted, viewPlan } from './plans.views.js';
import { PlanRequest } from './plan-request.entity.js';
import { Proposal } from '../../proposals/proposal.entity.js';
import type { Words } from '../../kinds/words.js';

const SHOWN_RECRUITS = 8;
const SHOWN_MENDS = 3;

/** A plan as its page shows it. */
@Injectable()
export class PlanPicture {
  constructor(
    private readonly db: Database,
    private readonly reference: ReferenceService,
    private readonly kinds: KindsService,
  ) {}

  /** What came of each challenge that a plan was accepted for. */
  async accepted(accepted: Accepted[]): Promise<AcceptedView[]> {
    const ids = accepted.map(({ challengeId }) => challengeId);
    const names = await PlanNames.of(this.db, ids, []);
    return accepted.map((one) => viewAccepted(one, names));
  }

  /** What the plan places, what stays unplaced and why, the load, whom to recruit. */
  async of({ challengeIds, year }: PlanRequest, plan: PlanAnswer): Promise<object> {
    const names = await PlanNames.of(this.db, challengeIds, [plan]);
    const view = viewPlan(plan, names);
    const words = await this.kinds.words();
    const weights = await this.reference.get('weights');
    const placed = view.assignments.filter(({ firstDay }) => firstDay !== null);
    const regions = await this.regions(challengeIds);
    const planned = placed.map(({ challengeId, council, firstDay, seats }): Entry => ({
      challengeId,
      council,
      region: regions.get(challengeId) ?? '',
      firstDay: firstDay ?? '',
      fixed: false,
      seats: seats.length,
      filled: seats.filter(({ peerId }) => peerId !== null).length,
    }));
    const blocked = view.blocked.map((seat, index) =>
      blockedWords(seat, plan.blocked[index], { ...words, names }),
    );
    return {
      gap: gapWords(plan, weights.unfilled + weights.base),
      view,
      calendar: calendarOf([...planned, ...(await this.fixed(year, challengeIds))]),
      unplaced: view.assignments.filter(({ firstDay }) => firstDay === null),
      blocked,
      twice: busiest(plan, names),
      placed,
      acceptable: await this.acceptable(plan, placed),
      recruits: view.recruit.slice(0, SHOWN_RECRUITS).map((one) => ({
        ...one,
        who: one.positions.map(words.position).join(' or '),
        worth: seatsWords(one.gain, weights.unfilled + weights.base),
        skills: skillsOf(one.skills, words),
      })),
    };
  }

  /** What accepting would propose: not what is agreed just so; and unticked where another team is agreed. */
  private async acceptable({ assignments }: PlanAnswer, placed: AssignmentView[]) {
    const agreed = await this.db.manager.findBy(Proposal, {
      challengeId: In(placed.map(({ challengeId }) => challengeId)),
      state: 'agreed',
    });
    return placed.flatMap(({ challengeId, council, firstDay }) => {
      const own = agreed.find((one) => one.challengeId === challengeId);
      const planned = assignments.find(({ challenge }) => challenge === challengeId);
      if (own && planned?.window === own.windowId && sameSeats(own.seats, planned.seats)) return [];
      return [{ challengeId, council, firstDay, agreed: own !== undefined }];
    });
  }

  /** How it differs from another plan of the year. */
  async comparison({ plan }: PlanRequest, withId: string, others: PlanRequest[]): Promise<object> {
    const other = others.find(({ id }) => id === withId);
    if (!other?.plan || !plan) return { comparison: null, withId: '' };
    const ids = [...plan.assignments, ...other.plan.assignments].map(({ challenge }) => challenge);
    const names = await PlanNames.of(this.db, ids, [plan, other.plan]);
    return { comparison: comparePlans(other.plan, plan, names), withId };
  }

  private async regions(ids: string[]): Promise<Map<string, string>> {
    const rows = await this.db.query<{ id: string; region: string | null }[]>(
      'SELECT c.id, h.region FROM challenges c JOIN councils h ON h.id = c.council_id WHERE c.id = ANY($1)',
      [ids],
    );
    return new Map(rows.map(({ id, region }) => [id, region ?? 'other']));
  }

  /** Challenges of the year whose days are fixed already. */
  private fixed(year: number, planned: string[]): Promise<Entry[]> {
    const { from, to } = programmeYearRange(year);
    return this.db.query(
      `SELECT c.id AS "challengeId", h.name AS council, coalesce(h.region, 'other') AS region, c.first_day::text AS "firstDay", true AS fixed, jsonb_array_length(c.seats) AS seats,
         (SELECT count(*)::int FROM bookings b WHERE b.challenge_id = c.id AND b.live) AS filled
       FROM challenges c JOIN councils h ON h.id = c.council_id
       WHERE c.first_day BETWEEN $1 AND $2 AND c.state IN (SELECT state FROM challenge_states WHERE live) AND c.id <> ALL($3) AND c.first_day > $4 ORDER BY c.first_day, h.name`,
      [from, to, planned, addDays(this.db.today(), -7)],
    );
  }
}

/** Peers who serve more than once in the plan. */
function busiest(plan: PlanAnswer, names: PlanNames): { peer: string; times: number }[] {
  const times = new Map<string, number>();
  for (const { seats, window } of plan.assignments)
    for (const peer of Object.values(seats))
      if (peer !== null && window !== null) times.set(peer, (times.get(peer) ?? 0) + 1);
  return [...times]
    .filter(([, n]) => n > 1)
    .map(([id, n]) => ({ peer: names.peer(id) ?? '', times: n }))
    .sort((a, b) => b.times - a.times || (a.peer < b.peer ? -1 : 1));
}

/** A seat that stays empty: what keeps peers out, what would let them in, and where they are wanted too. */
function blockedWords(
  seat: PlanView['blocked'][number],
  why: PlanAnswer['blocked'][number] | undefined,
  words: Words & { names: PlanNames },
): object {
  const mends = (why?.relaxations ?? []).map(
    (one) => `${relaxationWords(one, words)} (${amount(one.peers, 'peer')})`,
  );
  const rivals = seat.competesWith.map(({ council, peers }) => `${council} (${String(peers)})`);
  return {
    ...seat,
    falls: fallWords(why?.falls ?? []),
    mends: listWords(mends, '; ', SHOWN_MENDS),
    unaccredited: unaccreditedWords(seat, words),
    rivals: rivals.join(', '),
  };
}

/** Whom only the accreditation keeps from a seat; empty where there is nobody. */
function unaccreditedWords(
  { challengeId, accredit }: PlanView['blocked'][number],
  { kind, names }: Words & { names: PlanNames },
): string {
  if (!accredit) return '';
  const best = accredit.best.flatMap((id) => names.peer(id) ?? []);
  const mend = best.length > 0 ? ` To fill it, accredit ${listOr(best)}.` : '';
  return accreditWords(accredit, kind(names.kind(challengeId))) + mend;
}

/** The first of a list, and how many more there are. */
function listWords(items: string[], separator: string, most: number): string {
  const more = items.length > most ? [`${String(items.length - most)} more`] : [];
  return [...items.slice(0, most), ...more].join(separator);
}
