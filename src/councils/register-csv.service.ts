import { readFileSync } from 'node:fs';
import { Injectable } from '@nestjs/common';
import type { Actor } from '../people/access.js';
import { record } from '../people/audit.js';
import { Database } from '../database/database.js';
import { ReferenceService } from '../reference/reference.service.js';
import type { ReadCell } from '../web/cells.js';
import { readCsv, refuseRows, writeCsv } from '../web/csv.js';
import { inChunks, runImport, type ImportReport } from '../web/imports.js';
import { noteControl } from './control.js';
import { Council } from './council.entity.js';
import {
  changes,
  controlChanges,
  controlFaults,
  lifeFaults,
  linksByCouncil,
  lockBodies,
  missingFacts,
  NO_LINKS,
  replaceLinks,
  unknownCodes,
} from './register-import.js';
import {
  COUNCIL_COLUMNS,
  readRegister,
  registerCells,
  writeRegisterRow,
  type RegisterLists,
} from './register.js';
import { Succession } from './succession.entity.js';

/** The register as a file, out and in by the same columns. */
@Injectable()
export class RegisterCsv {
  constructor(
    private readonly db: Database,
    private readonly reference: ReferenceService,
  ) {}

  /** Adds and changes host bodies from a file, all or nothing; bodies that it does not name stay as they are. */
  async import(actor: Actor, csv: string, dryRun: boolean): Promise<ImportReport> {
    const rows = readRegister(readCsv(csv, COUNCIL_COLUMNS), await this.lists());
    return runImport(this.db, dryRun, async (tx) => {
      await lockBodies(
        tx,
        rows.map(({ facts }) => facts.code),
      );
      const known = new Map((await tx.find(Council)).map((council) => [council.code, council]));
      const added = rows.filter(({ facts }) => !known.has(facts.code)).length;
      const linksOf = await linksByCouncil(tx);
      const written = rows.filter(
        (row) => !known.has(row.facts.code) || changes(row, known.get(row.facts.code), linksOf),
      );
      const changed = written.length - added;
      const turned = controlChanges(rows, known, this.db.today());
      refuseRows(missingFacts(rows, known));
      refuseRows(unknownCodes(rows, new Set([...known.keys(), ...rows.map(({ facts }) => facts.code)])));
      refuseRows(controlFaults(turned));
      const followed = await tx.find(Succession);
      const parting = followed.flatMap(({ predecessorId, successorId }) => [predecessorId, successorId]);
      refuseRows(lifeFaults(rows, known, new Set(parting)));
      for (const { council, now } of turned) await noteControl(tx, this.reference, actor, council, now);
      const bodies = written.map(({ facts }) =>
        Object.assign(known.get(facts.code) ?? tx.create(Council, { body: 'council' }), facts),
      );
      await inChunks(bodies, (some) => tx.save(some));
      const ids = new Map([...known.values(), ...bodies].map((council) => [council.code, council.id]));
      await replaceLinks(tx, written, ids);
      await record(tx, actor, 'councils.imported', 'councils', { added, changed });
      return { added, changed };
    });
  }

  /** How each column of the register is read. */
  async cells(): Promise<Record<string, ReadCell>> {
    return registerCells(await this.lists());
  }

  async export(): Promise<string> {
    const councils = await this.db.manager.find(Council, { order: { code: 'ASC' } });
    const linksOf = await linksByCouncil(this.db.manager);
    return writeCsv(
      COUNCIL_COLUMNS,
      councils.map((council) => writeRegisterRow(council, linksOf.get(council.id) ?? NO_LINKS())),
    );
  }

  /** Fills an empty register with the councils of England, and fire and combined authorities by name. */
  async ensureRegister(actor: Actor): Promise<void> {
    if (await this.db.manager.exists(Council)) return;
    await this.import(
      actor,
      readFileSync(new URL('./register/councils.csv', import.meta.url), 'utf8'),
      false,
    );
  }

  private async lists(): Promise<RegisterLists> {
    return { groups: await this.reference.get('groups'), groupings: await this.reference.get('groupings') };
  }
}
