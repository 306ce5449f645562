import { Injectable } from '@nestjs/common';
import type { CivilDate } from '../calendar/dates.js';
import { BEFORE_ON_SITE, STATE_NAMES, type ChallengeState } from '../challenges/states.js';
import { CouncilsService, type Following } from '../councils/councils.service.js';
import { Succession } from '../councils/succession.entity.js';
import { Database } from '../database/database.js';
import { KindsService } from '../kinds/kinds.service.js';
import type { PeerClass } from '../matching/problem/programme.js';
import { ROLE_NAMES, type Role } from '../people/permissions.js';
import { Placement, type Subject } from './placement.entity.js';
import { goesTo, lastDayBefore, peerGoesTo, type Parting, type PlacedAt } from './where-to.js';

/** Somebody or something of an ending body, and where it is to go. */
export interface Mover {
  kind: Subject;
  id: string;
  name: string;
  what: string;
  /** Where it goes as things stand; null where it ends, undefined where a person has to say. */
  to: string | null | undefined;
  /** Whether a person said so. */
  isPlaced: boolean;
}

/** What a reorganisation does to one body that ends, or gives a part away. */
export interface Leaving {
  successors: Following[];
  startsOn: CivilDate;
  ends: boolean;
  isDone: boolean;
  movers: Mover[];
  /** What follows the lineage by itself: declared links, signals, inspections, offers. */
  follows: { links: number; signals: number; inspections: number; offers: number };
}

/** What will happen on the day of a reorganisation, and to whom; changes nothing. */
@Injectable()
export class ReorganisationPreview {
  constructor(
    private readonly db: Database,
    private readonly councils: CouncilsService,
    private readonly kinds: KindsService,
  ) {}

  /** Of one body that ends, or gives a part of itself away; null where nothing follows it. */
  async of(id: string): Promise<Leaving | null> {
    const followed = await this.db.manager.findBy(Succession, { predecessorId: id });
    const first = followed.find((one) => one.ends) ?? followed[0];
    if (!first) return null;
    const { startsOn, ends } = first;
    return {
      successors: await this.councils.followings(id, 'successors'),
      startsOn,
      ends,
      isDone: followed.every(({ appliedAt }) => appliedAt !== null),
      movers: await this.movers({ predecessorId: id, ways: followed }),
      follows: await this.follows(id),
    };
  }

  private async movers(parting: Parting): Promise<Mover[]> {
    const placements = await this.db.manager.findBy(Placement, { predecessorId: parting.predecessorId });
    const placed: PlacedAt = (kind, id) =>
      placements.find((one) => one.kind === kind && one.subjectId === id)?.successorId;
    return [
      ...(await this.peers(parting, placed)),
      ...(await this.accounts(parting, placed)),
      ...(await this.challenges(parting, placed)),
    ];
  }

  private async peers(parting: Parting, placedAt: PlacedAt): Promise<Mover[]> {
    const words = await this.kinds.words();
    const rows = await this.db.query<{ id: string; name: string; class: PeerClass; positions: string[] }[]>(
      `SELECT id, name, class, positions FROM peers WHERE state <> 'retired'
         AND (council_id = $1::uuid OR homes @> jsonb_build_array(jsonb_build_object('councilId', $1::uuid::text, 'to', NULL))) ORDER BY class DESC, name, id`,
      [parting.predecessorId],
    );
    return rows.map(({ id, name, class: peerClass, positions }) => {
      const placed = placedAt('peer', id);
      const what = positions.map((position) => words.position(position)).join(', ') || 'no position';
      const to = peerGoesTo(parting, { class: peerClass }, placed);
      return { kind: 'peer', id, name, what, to, isPlaced: placed !== undefined };
    });
  }

  private async accounts(parting: Parting, placedAt: PlacedAt): Promise<Mover[]> {
    const rows = await this.db.query<{ id: string; name: string; role: Role }[]>(
      `SELECT id, name, role FROM accounts WHERE council_id = $1 AND state = 'active' ORDER BY name, id`,
      [parting.predecessorId],
    );
    return rows.map(({ id, name, role }) => {
      const placed = placedAt('account', id);
      const to = goesTo(parting, placed);
      return {
        kind: 'account',
        id,
        name,
        what: `account: ${ROLE_NAMES[role]}`,
        to,
        isPlaced: placed !== undefined,
      };
    });
  }

  private async challenges(parting: Parting, placedAt: PlacedAt): Promise<Mover[]> {
    const words = await this.kinds.words();
    const rows = await this.db.query<{ id: string; kind: string; state: ChallengeState }[]>(
      `SELECT id, kind, state FROM challenges WHERE (council_id = $1 OR $1 = ANY(partner_ids)) AND state = ANY($2) AND (first_day IS NULL OR first_day > $3) ORDER BY created_at, id`,
      [parting.predecessorId, BEFORE_ON_SITE, lastDayBefore(parting, null)],
    );
    return rows.map(({ id, kind, state }) => {
      const placed = placedAt('challenge', id);
      const to = goesTo(parting, placed);
      const what = `challenge: ${STATE_NAMES[state]}`;
      return { kind: 'challenge', id, name: words.kind(kind), what, to, isPlaced: placed !== undefined };
    });
  }

  private async follows(id: string): Promise<Leaving['follows']> {
    const [row] = await this.db.query<Leaving['follows'][]>(
      `SELECT (SELECT count(*)::int FROM peers WHERE conflicts @> jsonb_build_array(jsonb_build_object('councilId', $1::uuid::text))) AS links,
         (SELECT count(*)::int FROM signals WHERE council_id = $1::uuid) AS signals,
         (SELECT count(*)::int FROM inspections WHERE council_id = $1::uuid) AS inspections,
         (SELECT count(*)::int FROM offers WHERE council_id = $1::uuid) AS offers`,
      [id],
    );
    return row ?? { links: 0, signals: 0, inspections: 0, offers: 0 };
  }
}
