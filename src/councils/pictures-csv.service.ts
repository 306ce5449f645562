import { Injectable } from '@nestjs/common';
import type { Access } from '../people/access.js';
import { record } from '../people/audit.js';
import { day, needed, oneOf, readRows, text, rowNumber, type ReadCell } from '../web/cells.js';
import type { EntityManager } from 'typeorm';
import { readCsv, refuseRows, writeCsv } from '../web/csv.js';
import { refuseTwice } from '../web/imports.js';
import { reached } from '../web/progress.js';
import { readCouncil } from './council-codes.js';
import { Inspection } from './inspection.entity.js';
import { datedInspection, PicturesService } from './pictures.service.js';
import { Signal } from './signal.entity.js';
import { SignalsService } from './signals.service.js';
import { Support } from './support.entity.js';
import { ReferenceService } from '../reference/reference.service.js';
import { Database } from '../database/database.js';
import type { FieldError } from '../web/problems.js';

export const INSPECTION_COLUMNS = [
  'council',
  'framework',
  'inspected_on',
  'judgement',
  'expected_by',
  'plan_due',
  'review_due',
] as const;
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

/** What is known of councils as files, out and in by the same columns. Every import is all or nothing and names each fault by row and column. */
@Injectable()
export class PicturesCsvService {
  constructor(
    private readonly db: Database,
    private readonly reference: ReferenceService,
    private readonly pictures: PicturesService,
    private readonly signals: SignalsService,
  ) {}

  async exportInspections(access: Access): Promise<string> {
    const all = await this.pictures.inspections(access);
    const rows = all.map(
      ({ council, framework, inspectedOn, judgement, expectedBy, planDue, reviewDue }) => ({
        council: council?.code ?? '',
        framework,
        inspected_on: inspectedOn,
        judgement,
        expected_by: expectedBy,
        plan_due: planDue,
        review_due: reviewDue,
      }),
    );
    return writeCsv(INSPECTION_COLUMNS, rows);
  }

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

  /** How each column of inspections is read. */
  async inspectionCells(tx: EntityManager, access: Access): Promise<Cells<typeof INSPECTION_COLUMNS>> {
    const frameworks = await this.reference.get('frameworks', tx);
    return {
      council: needed(await readCouncil(tx, access)),
      framework: needed(oneOf(frameworks.map(({ id }) => id))),
      inspected_on: day,
      judgement: text,
      expected_by: day,
      plan_due: day,
      review_due: day,
    };
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

  /** A row is known by council, framework and day, and changes what is recorded. */
  importInspections(access: Access, csv: string): Promise<void> {
    return this.db.transact(async (tx) => {
      const frameworks = await this.reference.get('frameworks', tx);
      const rows = readRows<Row<(typeof INSPECTION_COLUMNS)[number]>>(
        readCsv(csv, INSPECTION_COLUMNS),
        await this.inspectionCells(tx, access),
      );
      refuseRows(rows.flatMap(undated));
      refuseTwice(rows, (row) => JSON.stringify([row.council, row.framework, row.inspected_on]), 'framework');
      for (const [done, row] of rows.entries()) {
        await reached(done);
        const [councilId, framework] = [row.council ?? '', row.framework ?? ''];
        const inspectedOn = row.inspected_on ?? null;
        const known = (await tx.findBy(Inspection, { councilId, framework })).find(
          (one) => one.inspectedOn === inspectedOn,
        );
        const said = {
          judgement: row.judgement,
          expectedBy: row.expected_by,
          planDue: row.plan_due,
          reviewDue: row.review_due,
        };
        const facts = { framework, ...given({ ...known, ...given(said, undefined), inspectedOn }, null) };
        const dated = datedInspection(frameworks, facts);
        await tx.save(
          Object.assign(known ?? tx.create(Inspection, { councilId, actor: access.actor.id }), dated),
        );
      }
      await record(tx, access.actor, 'inspections.imported', 'inspections', { rows: rows.length });
    });
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

type Cells<Columns extends readonly string[]> = Record<Columns[number], ReadCell>;

/** Without what is null, or undefined. */
function given<T extends object, Absent extends null | undefined>(
  facts: T,
  absent: Absent,
): { [Key in keyof T]?: Exclude<T[Key], Absent> } {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== absent)) as {
    [Key in keyof T]?: Exclude<T[Key], Absent>;
  };
}

/** A judgement was made on a day. */
function undated(row: Row<(typeof INSPECTION_COLUMNS)[number]>): FieldError[] {
  const isUndated = Boolean(row.judgement) && !row.inspected_on;
  return isUndated
    ? [{ pointer: `row ${String(rowNumber(row))}, judgement`, detail: 'there is none without a day' }]
    : [];
}
