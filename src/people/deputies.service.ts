import { Injectable } from '@nestjs/common';
import { Not, type EntityManager } from 'typeorm';
import type { CivilDate } from '../calendar/dates.js';
import { sayDay } from '../calendar/phrases.js';
import { Database } from '../database/database.js';
import { MessagesService } from '../messages/messages.service.js';
import { paths } from '../web/paths.js';
import { badField, conflict, notFound } from '../web/problems.js';
import type { Actor } from './access.js';
import { Account } from './account.entity.js';
import { accountOf } from './actor-names.js';
import { record } from './audit.js';

/** How long an adviser is away, and who acts for them; without a last day, until they are back. */
export interface Away {
  deputyEmail: string;
  from: CivilDate;
  to: CivilDate | null;
}

/** Who acts for an adviser who is away: named by the adviser, or by the office for one who is ill. */
@Injectable()
export class DeputiesService {
  constructor(
    private readonly db: Database,
    private readonly messages: MessagesService,
  ) {}

  /** The advisers who may act for one of them, by name. */
  othersOf(id: string): Promise<Account[]> {
    return this.db.manager.find(Account, {
      where: { role: 'adviser', state: 'active', id: Not(id) },
      order: { name: 'ASC', email: 'ASC' },
    });
  }

  /**
   * While an adviser is away, another one sees and does in the region what they do; null: they are back. The deputy is told, and the adviser
   * too where the office named the deputy. Throws a 400 at the field for who is no other adviser or days that end before they begin or have
   * gone by, 409 for an account that is no adviser's.
   */
  async set(actor: Actor, id: string, away: Away | null): Promise<void> {
    await this.db.transact(async (tx) => {
      const account = await tx.findOne(Account, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!account) throw notFound('account');
      if (account.role !== 'adviser') throw conflict('no-adviser', 'Only a principal adviser has a deputy.');
      const deputy = away && (await deputyOf(tx, id, away.deputyEmail));
      if (away) this.requireDays(away);
      const days = { awayFrom: away?.from ?? null, awayTo: away?.to ?? null };
      await tx.update(Account, { id }, { deputyId: deputy?.id ?? null, ...days });
      await record(tx, actor, 'account.away', `account:${id}`, { from: days.awayFrom, to: days.awayTo });
      await this.tell(tx, actor, { account, deputy, away });
    });
  }

  private requireDays({ from, to }: Away): void {
    if (to !== null && to < from)
      throw badField('/to', `found ${sayDay(to)}; allowed: ${sayDay(from)} or later`);
    if (to !== null && to < this.db.today())
      throw badField('/to', `found ${sayDay(to)}, which has gone by; allowed: today or later`);
  }

  private async tell(
    tx: EntityManager,
    actor: Actor,
    { account, deputy, away }: { account: Account; deputy: Account | null; away: Away | null },
  ): Promise<void> {
    const cause = `deputy-${account.id}-${this.db.now().toISOString()}`;
    const about = `account:${account.id}`;
    if (deputy && away)
      await this.messages.post(tx, {
        template: 'deputy-named',
        data: {
          whose: account.name,
          region: account.region,
          from: away.from,
          to: away.to,
          page: this.messages.address(paths.home),
        },
        to: [deputy.email],
        cause,
        about,
      });
    if (actor.id === about) return;
    const by = (await accountOf(tx, actor.id))?.name ?? 'The programme office';
    const what = deputy
      ? `${by} has named ${deputy.name} to act for you while you are away.`
      : `${by} has noted that you are back: nobody acts for you any more.`;
    await this.messages.post(tx, {
      template: 'account-changed',
      data: { what, page: this.messages.address(paths.account) },
      to: [account.email],
      cause,
      about,
    });
  }
}

/** Another principal adviser, by the address. Throws a 400 for anybody else. */
async function deputyOf(tx: EntityManager, id: string, email: string): Promise<Account> {
  const found = await tx.findOneBy(Account, {
    email: email.toLowerCase(),
    role: 'adviser',
    state: 'active',
  });
  if (!found || found.id === id)
    throw badField('/deputyEmail', `found "${email}"; allowed: the address of another principal adviser`);
  return found;
}
