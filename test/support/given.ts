import { Council } from '../../src/councils/council.entity.js';
import { Random } from '../../src/matching/problem/random.js';
import { Account } from '../../src/people/account.entity.js';
import type { CreatePeer } from '../../src/peers/peers.dto.js';
import { FIRST_KINDS } from '../../src/kinds/first-kinds.js';
import type { Role } from '../../src/people/permissions.js';
import { ClockService } from '../../src/visits/clock.service.js';
import { endedDaysAgo } from './follow-up.js';
import { eventually, type Service } from './service.js';

export interface Ided {
  id: string;
  state: string;
}

interface ProposalBody extends Ided {
  seats: { seat: string; peer: { id: string; name: string } | null }[];
}

interface RequestBody extends Ided {
  proposals: ProposalBody[];
}

/** Stories told through the service, so that they can only build what is possible. */
export class Given {
  private readonly random = new Random(7);

  constructor(readonly service: Service) {}

  async council(code: string): Promise<Council> {
    return this.service.source.manager.findOneByOrFail(Council, { code });
  }

  peer(peer: Partial<CreatePeer> & Pick<CreatePeer, 'class' | 'positions'>): Promise<Ided> {
    return this.service.done('programme', 'post', '/api/peers', {
      name: `Peer ${String(this.random.int(1, 1e9))}`,
      accreditations: Object.keys(FIRST_KINDS).map((kind) => ({ kind, expiresOn: null })),
      maxChallenges: 50,
      maxDays: 300,
      restDays: 0,
      ...peer,
    });
  }

  /** So many people for each seat of a finance review, from councils all over the country. */
  async financePool(forEachSeat: number): Promise<void> {
    const councils = await this.service.source.manager.find(Council, {
      where: { body: 'council', type: 'metropolitan' },
      order: { code: 'ASC' },
    });
    const seats: [CreatePeer['class'], string, string | null][] = [
      ['member', 'leader', 'Labour'],
      ['officer', 's151', null],
      ['officer', 'head', null],
      ['officer', 'chief-executive', null],
    ];
    let next = 0;
    for (const [peerClass, position, party] of seats) {
      for (let i = 0; i < forEachSeat; i++) {
        const home = councils[next++ % councils.length];
        await this.peer({
          class: peerClass,
          positions: [position],
          party,
          councilId: home?.id ?? null,
          skills: { finance: 5, governance: 4 },
          reviews: 4,
        });
      }
    }
  }

  /** Accounts of a national adviser, and of a council's contact. */
  async staff(code = 'E08000028'): Promise<{ adviser: string; council: string }> {
    const { id: councilId } = await this.council(code);
    const accounts = this.service.source.getRepository(Account);
    const adviser = await accounts.save({
      email: 'adviser@staff.example',
      name: 'Ann Adviser',
      role: 'adviser',
      example: true,
    });
    const council = await accounts.save({
      email: `council-${code.toLowerCase()}@staff.example`,
      name: 'Cas Council',
      role: 'council',
      councilId,
      example: true,
    });
    return { adviser: adviser.id, council: council.id };
  }

  /** A finance review at a council, scoped, with one window of three days unless told. */
  async scoped(code: string, windows: object[] = [{ start: '2027-06-08', days: 3 }]): Promise<Ided> {
    const { id: councilId } = await this.council(code);
    const { id } = await this.service.done<Ided>('adviser', 'post', '/api/challenges', {
      councilId,
      kind: 'finance',
      windows,
    });
    return this.service.done('adviser', 'post', `/api/challenges/${id}/scope`, {
      reason: 'agreed with the chief executive',
    });
  }

  async proposals(challengeId: string): Promise<RequestBody> {
    const { id } = await this.service.done<Ided>(
      'adviser',
      'post',
      `/api/challenges/${challengeId}/team-requests`,
    );
    return this.answered(id);
  }

  answered(requestId: string): Promise<RequestBody> {
    return eventually(async () => {
      const request = await this.service.done<RequestBody>(
        'adviser',
        'get',
        `/api/team-requests/${requestId}`,
      );
      return request.state === 'done' && request;
    }, 'an answered team request');
  }

  /** As far as an agreed and approved team. */
  async approved(code: string, windows?: object[]): Promise<{ challenge: Ided; proposal: ProposalBody }> {
    const challenge = await this.scoped(code, windows);
    const [proposal] = (await this.proposals(challenge.id)).proposals;
    if (!proposal) throw new Error('no proposal');
    await this.service.done('adviser', 'post', `/api/proposals/${proposal.id}/agree`);
    await this.approve(challenge.id);
    return { challenge, proposal };
  }

  /** The agreed team of a challenge is approved as it stands. */
  async approve(challengeId: string, who: Role | { token: string } = 'adviser'): Promise<void> {
    const path = `/api/challenges/${challengeId}/team-approval`;
    await this.service.done(who, 'post', path, { proposalId: await this.agreed(challengeId) });
  }

  /** The id of its agreed team. */
  async agreed(challengeId: string): Promise<string> {
    const path = `/api/challenges/${challengeId}/team-approval`;
    const { proposalId } = await this.service.done<{ proposalId: string }>('adviser', 'get', path);
    return proposalId;
  }

  /** As far as confirmed: everybody has said yes. */
  async confirmed(
    code: string,
    windows?: object[],
  ): Promise<{ id: string; invitations: (Ided & { seat: string; peerId: string })[] }> {
    const { challenge } = await this.approved(code, windows);
    const path = `/api/challenges/${challenge.id}/invitations`;
    const invitations = await this.service.done<(Ided & { seat: string; peerId: string })[]>(
      'adviser',
      'post',
      path,
    );
    for (const { id } of invitations)
      await this.service.done('adviser', 'post', `/api/invitations/${id}/accept`);
    return { id: challenge.id, invitations };
  }

  /** As far as reporting: the visit ended so many days ago. */
  async delivered(
    code: string,
    windows: object[],
    daysAgo = 3,
  ): Promise<{ id: string; visit: string; team: { seat: string; peerId: string }[] }> {
    const { id, invitations } = await this.confirmed(code, windows);
    await endedDaysAgo(this.service.source, id, daysAgo);
    await this.service.app.get(ClockService).advance(new Date());
    const [visit] = await this.service.done<{ id: string }[]>(
      'adviser',
      'get',
      `/api/visits?challenge=${id}`,
    );
    return { id, visit: visit?.id ?? '', team: invitations.map(({ seat, peerId }) => ({ seat, peerId })) };
  }
}
