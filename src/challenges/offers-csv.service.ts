import { Injectable } from '@nestjs/common';
import { readCouncil } from '../councils/council-codes.js';
import { narrow, type Access } from '../people/access.js';
import { record } from '../people/audit.js';
import type { EntityManager } from 'typeorm';
import { day, needed, oneOf, readRows, rowNumber, text, type ReadCell } from '../web/cells.js';
import { readCsv, refuseRows, writeCsv } from '../web/csv.js';
import { differs, forEachRow, inChunks, refuseTwice } from '../web/imports.js';
import { Offer, OFFER_ANSWERS } from './offer.entity.js';
import { KindsService } from '../kinds/kinds.service.js';
import { Database } from '../database/database.js';
import { requireReason } from './offers.service.js';

export const OFFER_COLUMNS = ['council', 'kind', 'made_on', 'answer', 'reason'] as const;

interface Row {
  council: string;
  kind: string;
  made_on: string;
  answer: Offer['answer'];
  reason: string | null | undefined;
}

/** Offers as a file, out and in by the same columns. */
@Injectable()
export class OffersCsvService {
  constructor(
    private readonly db: Database,
    private readonly kinds: KindsService,
  ) {}

  async export(access: Access): Promise<string> {
    const offers = this.db.manager
      .createQueryBuilder(Offer, 'o')
      .innerJoinAndSelect('o.council', 'h')
      .orderBy('o.made_on', 'DESC')
      .addOrderBy('h.code')
      .addOrderBy('o.id');
    const rows = (await narrow(offers, access, { region: 'h.region' }).getMany()).map(
      ({ council, kind, madeOn, answer, reason }) => ({
        council: council?.code ?? '',
        kind,
        made_on: madeOn,
        answer,
        reason,
      }),
    );
    return writeCsv(OFFER_COLUMNS, rows);
  }

  /** How each column is read. */
  async cells(tx: EntityManager, access: Access): Promise<Record<keyof Row, ReadCell>> {
    return {
      council: needed(await readCouncil(tx, access)),
      kind: needed(oneOf((await this.kinds.all(tx)).map(({ id }) => id))),
      made_on: needed(day),
      answer: needed(oneOf(OFFER_ANSWERS)),
      reason: text,
    };
  }

  /** A row is known by council, kind and day; its answer and reason may be new. Throws a 400 that names every row and column at fault. */
  import(access: Access, csv: string): Promise<void> {
    return this.db.transact(async (tx) => {
      const rows = readRows<Row>(readCsv(csv, OFFER_COLUMNS), await this.cells(tx, access));
      refuseTwice(rows, ({ council, kind, made_on: day }) => `${council} ${kind} ${day}`, 'made_on');
      const today = this.db.today();
      refuseRows(
        rows.flatMap((row) =>
          row.made_on > today
            ? [
                {
                  pointer: `row ${String(rowNumber(row))}, made_on`,
                  detail: `found ${row.made_on}; allowed: until today`,
                },
              ]
            : [],
        ),
      );
      const held = new Map((await tx.find(Offer)).map((offer) => [keyOf(offer), offer]));
      const written = new Set<Offer>();
      await forEachRow(rows, ({ council: councilId, kind, made_on: madeOn, answer, reason }) => {
        const key = { councilId, kind, madeOn };
        const known = held.get(keyOf(key));
        const said = { answer, reason: reason === undefined ? (known?.reason ?? null) : reason };
        requireReason(said);
        if (known && !differs(known, said)) return;
        const offer = Object.assign(known ?? tx.create(Offer, { ...key, actor: access.actor.id }), said);
        held.set(keyOf(key), offer);
        written.add(offer);
      });
      await inChunks([...written], (some) => tx.save(some));
      await record(tx, access.actor, 'offers.imported', 'offers', { rows: rows.length });
    });
  }
}

const keyOf = ({ councilId, kind, madeOn }: Pick<Offer, 'councilId' | 'kind' | 'madeOn'>): string =>
  `${councilId} ${kind} ${madeOn}`;
