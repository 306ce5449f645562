import { Injectable } from '@nestjs/common';
import type { Access } from '../people/access.js';
import { record } from '../people/audit.js';
import { day, needed, oneOf, readRows, text, rowNumber, type ReadCell } from '../web/cells.js';
import type { EntityManager } from 'typeorm';
import { readCsv, refuseRows, writeCsv } from '../web/csv.js';
import { refuseTwice } from '../web/imports.js';
import { reached } from '../web/progress.js';
import { readCouncil } from './council-codes.js';
import { given } from './given.js';
import { PicturesService } from './pictures.service.js';
import { Signal } from './signal.entity.js';
import { SignalsService } from './signals.service.js';
import { Support } from './support.entity.js';
import { ReferenceService } from '../reference/reference.service.js';
import { Database } from '../database/database.js';

export const SUPPORT_COLUMNS = ['council', 'type', 'first_day', 'last_day', 'cause', 'note'] as const;
export const SIGNAL_COLUMNS = [
  'council',
  'type',
  'observed_on',
  'source',
  'support_offered',
  'outcome',
] as const;

type Row<Column extends string> = Record<Column, string | null | undefined>;

/** Support and signals as files, out and in by the same columns. Every import is all or nothing and names each fault by row and column. */
@Injectable()
export class PicturesCsvService {
  constructor(
    private readonly db: Database,
    private readonly reference: ReferenceService,
    private readonly pictures: PicturesService,
    private readonly signals: SignalsService,
  ) {}

  async exportSupports(access: Access): Promise<string> {
    const rows = (await this.pictures.supports(access)).map(
      ({ council, type, firstDay, lastDay, cause, note }) => ({
        council: council?.code ?? '',
        type,
        first_day: firstDay,
        last_day: lastDay,
        cause,
        note,
      }),
    );
    return writeCsv(SUPPORT_COLUMNS, rows);
  }

  async exportSignals(access: Access): Promise<string> {
    const rows = (await this.signals.list(access)).map(
      ({ council, type, observedOn, source, supportOffered, outcome }) => ({
        council: council?.code ?? '',
        type,
        observed_on: observedOn,
        source,
        support_offered: supportOffered,
        outcome,
      }),
    );
    return writeCsv(SIGNAL_COLUMNS, rows);
  }

  /** How each column of support is read. */
  async supportCells(tx: EntityManager, access: Access): Promise<Cells<typeof SUPPORT_COLUMNS>> {
    const types = (await this.reference.get('supports', tx)).map(({ id }) => id);
    return {
      council: needed(await readCouncil(tx, access)),
      type: needed(oneOf(types)),
      first_day: needed(day),
      last_day: day,
      cause: needed(text),
      note: text,
    };
  }

  /** How each column of signals is read. */
  async signalCells(tx: EntityManager, access: Access): Promise<Cells<typeof SIGNAL_COLUMNS>> {
    const types = (await this.reference.get('signals', tx)).map(({ id }) => id);
    return {
      council: needed(await readCouncil(tx, access)),
      type: needed(oneOf(types)),
      observed_on: needed(day),
      source: needed(text),
      support_offered: text,
      outcome: text,
    };
  }

  /** A row is known by council, type and first day. */
  importSupports(access: Access, csv: string): Promise<void> {
    return this.db.transact(async (tx) => {
      const rows = readRows<Row<(typeof SUPPORT_COLUMNS)[number]>>(
        readCsv(csv, SUPPORT_COLUMNS),
        await this.supportCells(tx, access),
      );
      refuseTwice(rows, (row) => JSON.stringify([row.council, row.type, row.first_day]), 'first_day');
      refuseRows(
        rows.flatMap((row) =>
          row.last_day && row.last_day < (row.first_day ?? '')
            ? [{ pointer: `row ${String(rowNumber(row))}, last_day`, detail: 'lies before the first day' }]
            : [],
        ),
      );
      for (const [done, row] of rows.entries()) {
        await reached(done);
        const key = { councilId: row.council ?? '', type: row.type ?? '', firstDay: row.first_day ?? '' };
        const known = await tx.findOneBy(Support, key);
        const facts = given(
          { ...key, lastDay: row.last_day, cause: row.cause, note: row.note === null ? '' : row.note },
          undefined,
        );
        await tx.save(Object.assign(known ?? tx.create(Support, { actor: access.actor.id }), facts));
      }
      await record(tx, access.actor, 'supports.imported', 'supports', { rows: rows.length });
    });
  }

  /** A row is known by council, type, day and source; what was offered and what came of it may be new. */
  importSignals(access: Access, csv: string): Promise<void> {
    return this.db.transact(async (tx) => {
      const rows = readRows<Row<(typeof SIGNAL_COLUMNS)[number]>>(
        readCsv(csv, SIGNAL_COLUMNS),
        await this.signalCells(tx, access),
      );
      refuseTwice(
        rows,
        (row) => JSON.stringify([row.council, row.type, row.observed_on, row.source]),
        'observed_on',
      );
      for (const [done, row] of rows.entries()) {
        await reached(done);
        const key = {
          councilId: row.council ?? '',
          type: row.type ?? '',
          observedOn: row.observed_on ?? '',
          source: row.source ?? '',
        };
        const known = await tx.findOneBy(Signal, key);
        const said = given({ supportOffered: row.support_offered, outcome: row.outcome }, undefined);
        await tx.save(Object.assign(known ?? tx.create(Signal, { ...key, actor: access.actor.id }), said));
      }
      await record(tx, access.actor, 'signals.imported', 'signals', { rows: rows.length });
    });
  }
}

export type Cells<Columns extends readonly string[]> = Record<Columns[number], ReadCell>;
