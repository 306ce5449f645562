import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../database/clock.js';
import { Settings } from '../settings.js';
import type { JobName, Payloads } from './names.js';
import { requestNow } from './cause.js';
import { enqueue } from './queue.js';

/** Where features leave work for later. */
@Injectable()
export class Jobs {
  constructor(
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /**
   * Adds a job that exists if, and only if, the transaction commits; it runs at `due`, or at once. `id` says what it is about; a
   * second job of one id is none.
   */
  add<Name extends JobName>(
    tx: EntityManager,
    name: Name,
    id: string,
    payload: Payloads[Name],
    due?: Date,
  ): Promise<void> {
    const now = this.clock.now();
    const delayMs = due ? Math.max(0, due.getTime() - now.getTime()) : 0;
    const request = requestNow();
    const told = request === undefined ? payload : { ...payload, request };
    return enqueue(tx, this.settings.QUEUE_URL, { name, id, payload: told, due: due ?? now, delayMs });
  }

  /**
   * Adds a job again whose first one may be lost. The id says the minute, or the stretch of so many: within one, several sweepers add one job.
   */
  addAgain<Name extends JobName>(
    tx: EntityManager,
    name: Name,
    id: string,
    payload: Payloads[Name],
    minutes = 1,
  ): Promise<void> {
    const stretch = Math.floor(this.clock.now().getTime() / (minutes * 60_000));
    return this.add(tx, name, `${id}-swept-${String(minutes)}-${String(stretch)}`, payload);
  }
}
