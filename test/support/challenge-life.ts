import type { EntityManager } from 'typeorm';
import { Challenge } from '../../src/challenges/challenge.entity.js';
import { AnswersService } from '../../src/invitations/answers.service.js';
import { Invitation } from '../../src/invitations/invitation.entity.js';
import { MadeOutService } from '../../src/invitations/made-out.service.js';
import { Peer } from '../../src/peers/peer.entity.js';
import { SYSTEM } from '../../src/people/access.js';
import { NotAgainService, type NotAgain } from '../../src/proposals/not-again.service.js';
import { Proposal } from '../../src/proposals/proposal.entity.js';
import { WorldWatch } from '../../src/visits/world-watch.service.js';
import type { PageSession } from './page-session.js';
import type { Service } from './service.js';

/** The weeks in which a challenge may be. */
export const WINDOWS = [
  { start: '2027-06-08', days: 3 },
  { start: '2027-06-22', days: 3 },
];

/** What people do, and how often: enough of each step to come as far as confirmed teams. */
export const ACTS = {
  next: 90,
  agree: 4,
  agreeMeant: 1,
  edit: 2,
  approve: 5,
  invite: 6,
  accept: 11,
  acceptWithLink: 1,
  decideOnLink: 1,
  decline: 2,
  askAgain: 1,
  expire: 1,
  object: 2,
  decide: 2,
  conflict: 2,
  position: 1,
  control: 1,
  pause: 1,
  retire: 1,
  settle: 2,
  move: 2,
  request: 2,
  scope: 2,
  postpone: 1,
  cancel: 1,
  standDown: 1,
};
export type Act = keyof typeof ACTS;

/** After these somebody may be barred who was not at the beginning of that moment. */
export const BARRING: readonly Act[] = [
  'decline',
  'expire',
  'object',
  'decide',
  'conflict',
  'position',
  'control',
  'pause',
  'retire',
  'settle',
  'decideOnLink',
];

/** Only by these a yes that was said may end. */
export const ENDING: readonly Act[] = [
  'agreeMeant',
  'decline',
  'decide',
  'settle',
  'decideOnLink',
  'postpone',
  'cancel',
  'standDown',
];

/** What everybody sees of a challenge at a moment. */
interface Seen {
  state: Challenge['state'];
  version: number;
  /** The newest first, and of those that came together the best. */
  teams: Proposal[];
  invitations: Invitation[];
  refused: NotAgain[];
}

type Answered = Promise<{ status: number } | null>;

/** What councils, advisers, peers and the office do to challenges, by the doors that they use. */
export class ChallengeLife {
  private readonly manager: EntityManager;

  constructor(
    private readonly service: Service,
    private readonly adviser: PageSession,
    private readonly councils: string[],
  ) {
    this.manager = service.source.manager;
  }

  async see(id: string): Promise<Seen> {
    const [{ state, version }, teams, invitations, refused] = await Promise.all([
      this.manager.findOneByOrFail(Challenge, { id }),
      this.manager.find(Proposal, {
        where: { challengeId: id },
        order: { createdAt: 'DESC', rank: 'ASC' },
      }),
      this.manager.find(Invitation, { where: { challengeId: id }, order: { seat: 'ASC', id: 'ASC' } }),
      this.service.app.get(NotAgainService).of([id]),
    ]);
    return { state, version, teams, invitations, refused };
  }

  /** Somebody does something, with what they see; gives the answer, or null where there is nothing to do it to. */
  async act(what: Act, id: string, seen: Seen, pick: number): Promise<number | null> {
    const { teams, invitations } = seen;
    const team = teams[pick % teams.length];
    const agreed = teams.find(({ state }) => state === 'agreed');
    const shown = pick % 4 === 0 ? team : (agreed ?? team);
    const open = invitations.filter(({ state }) => state === 'pending');
    const invitation = open[pick % open.length] ?? invitations[pick % invitations.length];
    const seats = Object.keys(team?.seats ?? {});
    const seat = seats[pick % Math.max(1, seats.length)] ?? '';
    const held = invitation?.peerId ?? team?.seats[seat] ?? null;
    const doors: Record<Act, () => Answered> = {
      next: () => this.nextStep(id, seen, pick),
      agree: () => this.post(`proposals/${team?.id ?? ''}/agree`),
      agreeMeant: () => {
        const ends = invitations.filter(({ state }) => state === 'accepted').map((one) => one.id);
        return this.post(`proposals/${team?.id ?? ''}/agree`, { ends });
      },
      edit: () => this.edit(agreed ?? team, seat, pick === 11 ? null : pick),
      approve: () => this.post(`challenges/${id}/team-approval`, { proposalId: shown?.id }),
      invite: () => this.post(`challenges/${id}/invitations`, { proposalId: shown?.id }),
      accept: () => this.of(invitation, 'accept'),
      acceptWithLink: () => this.acceptWithLink(invitation),
      decideOnLink: () => this.decideOnLink(invitations, pick),
      decline: () => this.of(invitation, 'decline', { reason: 'on leave' }),
      askAgain: () => this.askAgain(id, seen),
      expire: () => this.expire(invitation, pick % 2 === 0),
      object: () =>
        this.post(`challenges/${id}/objections`, { proposalId: shown?.id, seat, reason: 'too close to us' }),
      decide: () => this.decide(id, pick),
      conflict: () => this.change(held, { conflicts: [this.linkWith(pick)] }),
      position: () => this.change(held, { positions: ['scrutiny-chair'] }),
      control: () => this.control(pick),
      pause: () => this.office(held, 'pause'),
      retire: () => this.office(held, 'retire'),
      settle: () => this.settle(id, pick),
      move: () =>
        this.service.send(
          'adviser',
          'patch',
          `/api/challenges/${id}`,
          { windows: [WINDOWS[pick % 2] ?? {}] },
          { 'If-Match': `"${String(seen.version)}"` },
        ),
      request: () => this.post(`challenges/${id}/team-requests`),
      scope: () => this.post(`challenges/${id}/scope`, { reason: 'agreed anew' }),
      postpone: () => this.post(`challenges/${id}/postpone`, { reason: 'an election', windows: WINDOWS }),
      cancel: () => this.post(`challenges/${id}/cancel`, { reason: 'no longer wanted' }),
      standDown: () => this.post(`challenges/${id}/stand-down`, { reason: 'found nothing to do' }),
    };
    return (await doors[what]())?.status ?? null;
  }

  post(path: string, body?: object): Promise<{ status: number }> {
    return this.service.send('adviser', 'post', `/api/${path}`, body);
  }

  /** What leads on from where a challenge stands: else few lives would come as far as a confirmed team. */
  private async nextStep(id: string, { state, teams, invitations, refused }: Seen, pick: number): Answered {
    const agreed = teams.find((one) => one.state === 'agreed');
    const isGone = (peer: string | null): boolean => refused.some(({ peerId }) => peerId === peer);
    const whole = teams.find(
      (one) => one.state === 'proposed' && !Object.values(one.seats).some((peer) => isGone(peer)),
    );
    const gone = Object.entries(agreed?.seats ?? {}).find(([, peer]) => isGone(peer));
    const pending = invitations.find((one) => one.state === 'pending');
    if (gone && agreed) {
      if (whole) return this.post(`proposals/${whole.id}/agree`);
      return this.edit(agreed, gone[0], pick > 8 ? null : pick);
    }
    if (pending) return this.of(pending, 'accept');
    if (!agreed) return whole ? this.post(`proposals/${whole.id}/agree`) : null;
    if (state === 'team_agreed' && agreed.approvals.length === 0)
      return this.post(`challenges/${id}/team-approval`, { proposalId: agreed.id });
    return state === 'confirmed' ? null : this.post(`challenges/${id}/invitations`);
  }

  /** Somebody of the same position takes a seat of a team, or nobody where `pick` is null. */
  private async edit(team: Proposal | undefined, seat: string, pick: number | null): Answered {
    const others = await this.service.source.query<{ id: string }[]>(
      'SELECT o.id FROM peers p JOIN peers o ON o.positions && p.positions AND o.id <> p.id WHERE p.id = $1 ORDER BY o.id',
      [team?.seats[seat] ?? null],
    );
    const next = pick === null ? null : (others[pick % others.length]?.id ?? null);
    return this.post(`proposals/${team?.id ?? ''}/edit`, { seats: { [seat]: next } });
  }

  private async of(invitation: Invitation | undefined, door: string, body?: object): Answered {
    return invitation ? this.post(`invitations/${invitation.id}/${door}`, body) : null;
  }

  /** What has no door of the API goes through the service that its page calls; a refusal is as good as an answer. */
  private async past(work: (() => Promise<unknown>) | undefined | false): Promise<null> {
    if (work)
      await work().catch((error: unknown) => {
        const isRefusal = typeof error === 'object' && error !== null && 'status' in error;
        if (!isRefusal) throw error;
      });
    return null;
  }

  private acceptWithLink(invitation: Invitation | undefined): Answered {
    const answers = this.service.app.get(MadeOutService);
    const told = {
      link: 'yes',
      linkType: 'other',
      reason: 'their auditor is my sister',
      days: 'yes',
    } as const;
    return this.past(invitation && (() => answers.byTelephone(SYSTEM, invitation.id, told)));
  }

  private decideOnLink(invitations: Invitation[], pick: number): Answered {
    const waiting = invitations.find(({ declared }) => declared?.decision === null);
    const decision = pick % 2 === 0 ? 'accepted' : 'released';
    const answers = this.service.app.get(MadeOutService);
    return this.past(waiting && (() => answers.decide(SYSTEM, waiting.id, decision, 'we looked')));
  }

  private askAgain(id: string, { refused: [no] }: Seen): Answered {
    const notAgain = this.service.app.get(NotAgainService);
    return this.past(no && (() => notAgain.takeBack(SYSTEM, id, no.peerId, 'can come after all')));
  }

  /** Its time is over; the worker may come to it later. */
  private expire(invitation: Invitation | undefined, isSeen: boolean): Answered {
    return this.past(
      invitation &&
        (async () => {
          await this.service.source.query(
            `UPDATE invitations SET expires_at = now() WHERE id = $1 AND state = 'pending'`,
            [invitation.id],
          );
          if (isSeen) await this.service.app.get(AnswersService).expireAll(new Date());
        }),
    );
  }

  private async decide(id: string, pick: number): Answered {
    const open = await this.first('objections', id);
    const state = pick % 3 === 0 ? 'dismissed' : 'upheld';
    return open ? this.post(`objections/${open}/answer`, { state, answer: 'we looked' }) : null;
  }

  private async settle(id: string, pick: number): Answered {
    const open = await this.first('circumstances', id);
    const decision = pick % 3 === 0 ? 'keep' : 'replace';
    return open ? this.post(`circumstances/${open}`, { decision, reason: 'looked at' }) : null;
  }

  private async first(table: string, id: string): Promise<string | undefined> {
    const [open] = await this.service.source.query<{ id: string }[]>(
      `SELECT id FROM ${table} WHERE challenge_id = $1 AND state = 'open' ORDER BY created_at`,
      [id],
    );
    return open?.id;
  }

  private readonly linkWith = (pick: number): object => ({
    councilId: this.councils[pick % this.councils.length],
    type: 'contract',
    until: null,
  });

  /** The office changes a peer. */
  private async change(peerId: string | null, by: object): Answered {
    if (!peerId) return null;
    const { version } = await this.manager.findOneByOrFail(Peer, { id: peerId });
    const match = { 'If-Match': `"${String(version)}"` };
    return this.service.send('programme', 'patch', `/api/peers/${peerId}`, by, match);
  }

  private async office(peerId: string | null, door: string): Answered {
    return peerId ? this.service.send('programme', 'post', `/api/peers/${peerId}/${door}`) : null;
  }

  /** Another group leads a host; the worker hears of it within seconds. */
  private async control(pick: number): Answered {
    const group = pick % 3 === 0 ? 'Labour' : 'Conservative';
    const by = { control: group, leadingGroup: group, asOf: '2026-11-20' };
    const answer = await this.adviser.post(`/councils/${this.councils[pick % 2] ?? ''}/control`, by);
    await this.service.app.get(WorldWatch, { strict: false }).lookAll();
    return answer;
  }
}
