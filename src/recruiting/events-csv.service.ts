import { Injectable } from '@nestjs/common';
import { Peer } from '../peers/peer.entity.js';
import { isSameName } from '../people/same-name.js';
import type { Access } from '../people/access.js';
import { record } from '../people/audit.js';
import { day, eachOf, needed, number, oneOf, readRows, text, type ReadCell } from '../web/cells.js';
import type { EntityManager } from 'typeorm';
import { readCsv, writeCsv } from '../web/csv.js';
import { forEachRow, refuseTwice } from '../web/imports.js';
import { badField } from '../web/problems.js';
import { Event, EVENT_TYPES } from './event.entity.js';
import { EventPlace } from './event-place.entity.js';
import { evaluationOf, requireEvaluable } from './evaluation.js';
import { EventsService } from './events.service.js';
import { KindsService } from '../kinds/kinds.service.js';
import { Database } from '../database/database.js';

export const EVENT_COLUMNS = [
  'type',
  'title',
  'held_on',
  'place',
  'kinds',
  'valid_months',
  'invited',
  'came',
  'poor',
  'fair',
  'good',
  'excellent',
] as const;
export const PLACE_COLUMNS = ['title', 'held_on', 'name', 'email', 'attended'] as const;

interface EventRow extends Pick<Event, 'type' | 'title'> {
  held_on: string;
  place: string | null | undefined;
  kinds: string[] | null | undefined;
  valid_months: number | null | undefined;
  poor: number | null | undefined;
  fair: number | null | undefined;
  good: number | null | undefined;
  excellent: number | null | undefined;
}

interface PlaceRow {
  title: string;
  held_on: string;
  name: string | null | undefined;
  email: string;
  attended: 'yes' | 'no' | null | undefined;
}

/** How each column of places is read. */
export const PLACE_CELLS: Record<keyof PlaceRow, ReadCell> = {
  title: needed(text),
  held_on: needed(day),
  // So that people can read the file; where it is given, it must be theirs.
  name: text,
  email: needed(text),
  attended: oneOf(['yes', 'no']),
};

/** Events and who came as files, out and in by the same columns. Every import is all or nothing and names each fault by row and column. */
@Injectable()
export class EventsCsvService {
  constructor(
    private readonly db: Database,
    private readonly kinds: KindsService,
    private readonly events: EventsService,
  ) {}

  async exportEvents(): Promise<string> {
    const rows = (await this.events.list()).map(
      ({ type, title, heldOn, place, kinds, validMonths, scores, invited, came }) => ({
        type,
        title,
        held_on: heldOn,
        place,
        kinds: kinds.join('; '),
        valid_months: validMonths,
        invited,
        came,
        ...scoreCells(scores),
      }),
    );
    return writeCsv(EVENT_COLUMNS, rows);
  }

  async exportPlaces(): Promise<string> {
    return writeCsv(PLACE_COLUMNS, (await this.places()).map(placeRow));
  }

  /** The same with the accreditations of each, which coming to a training gives. */
  async shownPlaces(): Promise<string> {
    const rows = (await this.places()).map((place) => ({
      ...placeRow(place),
      accreditations: (place.peer?.accreditations ?? [])
        .map(({ kind, expiresOn }) => (expiresOn ? `${kind} until ${expiresOn}` : kind))
        .join('; '),
    }));
    return writeCsv([...PLACE_COLUMNS, 'accreditations'], rows);
  }

  private places(): Promise<EventPlace[]> {
    return this.db.manager.find(EventPlace, {
      relations: { event: true, peer: true },
      order: { event: { heldOn: 'DESC', title: 'ASC' }, peer: { name: 'ASC', id: 'ASC' } },
    });
  }

  /** How each column of events is read. */
  async eventCells(tx: EntityManager): Promise<Record<keyof EventRow, ReadCell>> {
    const kinds = (await this.kinds.all(tx)).map(({ id }) => id);
    return {
      type: needed(oneOf(EVENT_TYPES)),
      title: needed(text),
      held_on: needed(day),
      place: text,
      // An empty cell leaves what is held.
      kinds: (cell) => (cell === '' ? null : eachOf(kinds)(cell)),
      valid_months: number(1, 120),
      poor: number(0, 100_000),
      fair: number(0, 100_000),
      good: number(0, 100_000),
      excellent: number(0, 100_000),
    };
  }

  /** An event is known by its title and day; how many were invited and came is counted from its places, and passed over here. */
  importEvents({ actor }: Access, csv: string): Promise<void> {
    return this.db.transact(async (tx) => {
      const rows = readRows<EventRow>(readCsv(csv, EVENT_COLUMNS), await this.eventCells(tx));
      refuseTwice(rows, (row) => `${row.title} ${row.held_on}`, 'title');
      await forEachRow(rows, async (row) => {
        const { type, title, held_on: heldOn, place, kinds: accredits, valid_months: validMonths } = row;
        const known = await tx.findOneBy(Event, { title, heldOn });
        const facts = {
          type,
          place: place === undefined ? (known?.place ?? '') : (place ?? ''),
          kinds: accredits ?? known?.kinds ?? [],
          validMonths: validMonths === undefined ? (known?.validMonths ?? null) : validMonths,
          scores: SCORE_COLUMNS.map((name, n) => row[name] ?? known?.scores[n] ?? 0),
        };
        const came = known ? await tx.countBy(EventPlace, { eventId: known.id, attended: true }) : 0;
        const isNew = facts.scores.some((count, n) => count !== (known?.scores[n] ?? 0));
        if (isNew && evaluationOf(facts.scores))
          requireEvaluable(facts.scores, { heldOn, came }, this.db.today());
        const scored = isNew ? { scoredAt: this.db.now() } : {};
        const saved = known ?? tx.create(Event, { title, heldOn, actor: actor.id });
        await tx.save(Object.assign(saved, facts, scored));
      });
      await record(tx, actor, 'events.imported', 'events', { rows: rows.length });
    });
  }

  /** Places at events that are known by title and day, of peers by their addresses; who came is accredited as the event says. */
  importPlaces({ actor }: Access, csv: string): Promise<void> {
    return this.db.transact(async (tx) => {
      const rows = readRows<PlaceRow>(readCsv(csv, PLACE_COLUMNS), PLACE_CELLS);
      const said = new Map<string, Map<string, boolean>>();
      await forEachRow(rows, async ({ title, held_on: heldOn, name, email, attended }) => {
        const event = await tx.findOneBy(Event, { title, heldOn });
        if (!event)
          throw badField(
            '/title',
            `found "${title}" of ${heldOn}; allowed: the title and day of an event that is here`,
          );
        if (attended === 'yes' && heldOn > this.db.today())
          throw badField('/attended', `found "yes"; nobody came yet to what is on ${heldOn}`);
        const { peerId } = await this.events.giveWithin(tx, event.id, email);
        const whose = name ? ((await tx.findOneBy(Peer, { id: peerId }))?.name ?? '') : '';
        if (name && !isSameName(name, whose))
          throw badField('/name', `found "${name}" beside the address of ${whose}: which of them is it?`);
        if (!attended) return;
        const known = said.get(event.id) ?? new Map<string, boolean>();
        said.set(event.id, known.set(peerId, attended === 'yes'));
      });
      for (const [eventId, came] of said) await this.events.writeDown(tx, eventId, came);
      await record(tx, actor, 'places.imported', 'events', { rows: rows.length });
    });
  }
}

const SCORE_COLUMNS = ['poor', 'fair', 'good', 'excellent'] as const;

/** How many gave it each score; nothing where nobody did. */
const scoreCells = (scores: readonly number[]): Record<string, number | null> =>
  Object.fromEntries(SCORE_COLUMNS.map((name, n) => [name, evaluationOf(scores) ? (scores[n] ?? 0) : null]));

const placeRow = ({ event, peer, attended }: EventPlace): Record<string, string | null> => ({
  title: event?.title ?? '',
  held_on: event?.heldOn ?? '',
  name: peer?.name ?? '',
  email: peer?.email ?? '',
  attended: attended === null ? null : attended ? 'yes' : 'no',
});
