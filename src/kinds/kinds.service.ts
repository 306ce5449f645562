import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import type { CalendarRules } from '../calendar/window-rules.js';
import type { Policy } from '../matching/problem/programme.js';
import type { Actor } from '../people/access.js';
import { checkShape, type Position } from '../reference/content.js';
import type { ReferenceChange } from '../reference/reference-change.entity.js';
import { waits } from '../reference/coming-changes.js';
import { ReferenceItem } from '../reference/reference-item.entity.js';
import { ReferenceService, type Replacement } from '../reference/reference.service.js';
import { badField, conflict } from '../web/problems.js';
import { FIRST_KINDS } from './first-kinds.js';
import { KIND_SHAPE } from './kind-fields.js';
import {
  giveBack,
  goingBy,
  keepersOf,
  policiesOf,
  requireKeepers,
  takeOver,
  type Keeper,
} from './kept-policy.js';
import { kindKey, type Kind } from './kind.js';
import { requireKnown } from './known.js';
import { wordsOf, type Words } from './words.js';
import { Database } from '../database/database.js';

/** A kind as it stands: with its id, and the version that a change of it names. */
export type StoredKind = Kind & { id: string; version: number };

/** What is asked of a team: the kind, the weights of the score, the calendar rules, all as they stand now. */
export interface Terms {
  kind: Kind;
  weights: Policy;
  calendar: CalendarRules;
  positions: Position[];
}

/** How the reason of a change begins that took one back. */
export const TAKEN_BACK = 'Taken back: ';

/** Reads and changes kinds of challenge, each a piece of policy of its own. */
@Injectable()
export class KindsService {
  constructor(
    private readonly db: Database,
    private readonly reference: ReferenceService,
  ) {}

  /** Throws a 400 that names the kinds there are. */
  async get(id: string, tx: EntityManager = this.db.manager): Promise<Kind> {
    const found = await tx.findOneBy(ReferenceItem, { id: kindKey(id) });
    if (found) return found.content as Kind;
    const known = (await this.all(tx)).map((kind) => kind.id);
    throw badField('/kind', `found "${id}"; allowed: ${known.join(', ')}`);
  }

  async all(tx: EntityManager = this.db.manager): Promise<StoredKind[]> {
    const items = await tx
      .createQueryBuilder(ReferenceItem, 'p')
      .where(`p.id LIKE 'kind:%'`)
      .orderBy('p.id')
      .getMany();
    return items.map(({ id, content, version }) => ({
      ...(content as Kind),
      id: id.slice('kind:'.length),
      version,
    }));
  }

  /** One kind with its version. Throws a 404 where there is none. */
  async stored(id: string): Promise<StoredKind> {
    const { content, version } = await this.reference.item(kindKey(id));
    return { ...(content as Kind), id, version };
  }

  history(id: string): Promise<ReferenceChange[]> {
    return this.reference.history(kindKey(id));
  }

  /** What is asked of teams of a kind. */
  async terms(id: string, tx: EntityManager = this.db.manager): Promise<Terms> {
    // In one look: this is asked more often than anything else.
    const items = await tx.findBy(ReferenceItem, {
      id: In([kindKey(id), 'weights', 'calendar', 'positions']),
    });
    const content = new Map(items.map((item) => [item.id, item.content]));
    return {
      kind: (content.get(kindKey(id)) as Kind | undefined) ?? (await this.get(id, tx)),
      weights: content.get('weights') as Policy,
      calendar: content.get('calendar') as CalendarRules,
      positions: content.get('positions') as Position[],
    };
  }

  /**
   * Replaces a kind whole, now or from a day to come, or adds one. Confirmed challenges keep what they were confirmed with, but for those named. Throws BadInput for
   * content of the wrong form, 412 where it changed meanwhile.
   */
  put(actor: Actor, id: string, by: Replacement, taking: readonly string[] = []): Promise<ReferenceItem> {
    checkShape(KIND_SHAPE, by.content);
    return this.db.together(async () => {
      await requireKnown(this.db.manager, id, by.content as Kind);
      if (waits(by.holdsFrom, this.db.today())) {
        await requireKeepers(this.db.manager, { kind: id, content: by.content as Kind }, taking);
        return this.reference.stage(actor, kindKey(id), { ...by, holdsFrom: by.holdsFrom }, taking);
      }
      const takenOver = await policiesOf(this.db.manager, taking);
      const saved = await this.reference.store(actor, kindKey(id), {
        ...by,
        ...(takenOver.length > 0 ? { takenOver } : {}),
      });
      await takeOver(this.db.manager, actor, { kind: id, content: by.content as Kind }, taking);
      return saved;
    });
  }

  /** Throws BadInput for a content that could not be kept. */
  async check(id: string, content: Kind): Promise<void> {
    checkShape(KIND_SHAPE, content);
    await requireKnown(this.db.manager, id, content);
  }

  /** Makes a kind of another: the same in all but its name. Throws a 400 for an id that there is already. */
  async copy(
    actor: Actor,
    { from, id, name, reason }: Record<'from' | 'id' | 'name' | 'reason', string>,
  ): Promise<ReferenceItem> {
    const { retired: _, ...same } = await this.get(from);
    const content = { ...same, name };
    if (await this.db.manager.existsBy(ReferenceItem, { id: kindKey(id) }))
      throw badField('/id', `found "${id}", which there is already`);
    return this.put(actor, id, { content, reason, version: null });
  }

  /** Puts a kind back to what it was before its last change, and the challenges that took it over with it. Throws a 409 where it was never changed, 412 where it changed meanwhile. */
  async undo(actor: Actor, id: string, version: number): Promise<ReferenceItem> {
    const [last] = await this.history(id);
    if (!last?.before || last.reason.startsWith(TAKEN_BACK))
      throw conflict('nothing-to-undo', 'There is no change of this kind to take back.');
    const { before, after, reason, takenOver } = last;
    return this.db.together(async () => {
      const back = { content: before, reason: `${TAKEN_BACK}${reason}`.slice(0, 500), version };
      const saved = await this.put(actor, id, back);
      if (takenOver) await giveBack(this.db.manager, actor, { kind: id, after: after as Kind, takenOver });
      return saved;
    });
  }

  /** Challenges that would keep something else than a content of their kind says. */
  keepers(id: string, content: Kind): Promise<Keeper[]> {
    return keepersOf(this.db.manager, id, content);
  }

  /** Challenges of a kind that go by whatever it says. */
  goingBy(id: string): Promise<Pick<Keeper, 'challengeId' | 'council'>[]> {
    return goingBy(this.db.manager, id);
  }

  /** The names of positions, skills and kinds, for people to read. */
  async words(): Promise<Words> {
    const [positions, skills, kinds] = await Promise.all([
      this.reference.get('positions'),
      this.reference.get('skills'),
      this.all(),
    ]);
    return wordsOf({ positions, skills, kinds });
  }

  /** Fills an empty database with the first kinds; leaves what is there alone. */
  async ensureFirstKinds(): Promise<void> {
    const items = Object.entries(FIRST_KINDS).map(([id, content]) => ({ id: kindKey(id), content }));
    for (const { content } of items) checkShape(KIND_SHAPE, content);
    await this.reference.addMissing(items);
  }
}
