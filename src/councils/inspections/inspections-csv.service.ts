import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../../database/database.js';
import type { Access } from '../../people/access.js';
import { record } from '../../people/audit.js';
import { ReferenceService } from '../../reference/reference.service.js';
import { day, needed, oneOf, readRows, rowNumber, text, type ReadCell } from '../../web/cells.js';
import { readCsv, refuseRows, writeCsv } from '../../web/csv.js';
import { refuseTwice } from '../../web/imports.js';
import { Problem, type FieldError } from '../../web/problems.js';
import { reached } from '../../web/progress.js';
import { readCouncil } from '../council-codes.js';
import { Council } from '../council.entity.js';
import { Inspection } from '../inspection.entity.js';
import { given } from '../given.js';
import { datedInspection } from './held-inspection.js';
import { InspectionsSeen } from './inspections-seen.service.js';

export const INSPECTION_COLUMNS = [
  'council',
  'framework',
  'inspected_on',
  'judgement',
  'expected_by',
  'plan_due',
  'plan_received',
  'review_due',
] as const;

type Column = (typeof INSPECTION_COLUMNS)[number];
type Row = Record<Column, string | null | undefined>;

/** Inspections as a file, out and in by the same columns. An import is all or nothing and names each fault by row and column. */
@Injectable()
export class InspectionsCsv {
  constructor(
    private readonly db: Database,
    private readonly reference: ReferenceService,
    private readonly seen: InspectionsSeen,
  ) {}

  /** All of them, or those that the page shows with the same filters. */
  async export(access: Access, filter: { framework?: string; show?: string } = {}): Promise<string> {
    const rows = (await this.seen.list(access, filter)).map(
      ({ council, framework, inspectedOn, judgement, expectedBy, planDue, planReceived, reviewDue }) => ({
        council: council?.code ?? '',
        framework,
        inspected_on: inspectedOn,
        judgement,
        expected_by: expectedBy,
        plan_due: planDue,
        plan_received: planReceived,
        review_due: reviewDue,
      }),
    );
    return writeCsv(INSPECTION_COLUMNS, rows);
  }

  /** How each column is read. */
  async cells(tx: EntityManager, access: Access): Promise<Record<Column, ReadCell>> {
    const frameworks = await this.reference.get('frameworks', tx);
    return {
      council: needed(await readCouncil(tx, access)),
      framework: needed(oneOf(frameworks.map(({ id }) => id))),
      inspected_on: day,
      judgement: text,
      expected_by: day,
      plan_due: day,
      plan_received: day,
      review_due: day,
    };
  }

  /** A row is known by council, framework and day, and changes what is recorded. */
  import(access: Access, csv: string): Promise<void> {
    return this.db.transact(async (tx) => {
      const frameworks = await this.reference.get('frameworks', tx);
      const rows = readRows<Row>(readCsv(csv, INSPECTION_COLUMNS), await this.cells(tx, access));
      refuseTwice(rows, (row) => JSON.stringify([row.council, row.framework, row.inspected_on]), 'framework');
      const read: Partial<Inspection>[] = [];
      const faults: FieldError[] = [];
      for (const [done, row] of rows.entries()) {
        await reached(done);
        const known = await knownBy(tx, row);
        const council = await tx.findOneByOrFail(Council, { id: row.council ?? '' });
        try {
          read.push(
            Object.assign(
              known ?? tx.create(Inspection, { councilId: council.id, actor: access.actor.id }),
              datedInspection(frameworks, factsOf(row, known), {
                council,
                known: known && { ...known },
                today: this.db.today(),
              }),
            ),
          );
        } catch (error) {
          faults.push(...faultsOf(error, row));
        }
      }
      refuseRows(faults);
      await tx.save(Inspection, read);
      await record(tx, access.actor, 'inspections.imported', 'inspections', { rows: rows.length });
    });
  }
}

async function knownBy(tx: EntityManager, row: Row): Promise<Inspection | undefined> {
  const known = await tx.findBy(Inspection, { councilId: row.council ?? '', framework: row.framework ?? '' });
  return known.find((one) => one.inspectedOn === (row.inspected_on ?? null));
}

/** What a row says, and what was known where it says nothing. */
function factsOf(row: Row, known: Inspection | undefined) {
  const said = {
    judgement: row.judgement,
    expectedBy: row.expected_by,
    planDue: row.plan_due,
    planReceived: row.plan_received,
    reviewDue: row.review_due,
  };
  const inspectedOn = row.inspected_on ?? null;
  return {
    framework: row.framework ?? '',
    ...given({ ...known, ...given(said, undefined), inspectedOn }, null),
  };
}

const COLUMN_OF: Record<string, Column> = {
  '/framework': 'framework',
  '/judgement': 'judgement',
  '/inspectedOn': 'inspected_on',
  '/planDue': 'plan_due',
  '/planReceived': 'plan_received',
  '/reviewDue': 'review_due',
};

/** What a row was refused for, by its column. */
function faultsOf(error: unknown, row: Row): FieldError[] {
  if (!(error instanceof Problem) || error.errors.length === 0) throw error;
  return error.errors.map(({ pointer, detail }) => ({
    pointer: `row ${String(rowNumber(row))}, ${COLUMN_OF[pointer] ?? pointer}`,
    detail,
  }));
}
