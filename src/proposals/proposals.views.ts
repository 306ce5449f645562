import { In, type DataSource } from 'typeorm';
import { Peer } from '../peers/peer.entity.js';
import type { Objection } from './objection.entity.js';
import type { Proposal } from './proposal.entity.js';
import type { MemberView, ObjectionView, ProposalView, TeamApprovalView, TeamRequestView } from './proposals.dto.js';
import type { TeamRequest } from './team-request.entity.js';

/** Proposals with their peers, read in one query. */
export async function viewProposals(source: DataSource, proposals: Proposal[]): Promise<ProposalView[]> {
  const members = await membersOf(source, proposals);
  return proposals.map((proposal) => {
    const { id, challengeId, requestId, rank, score, state, firstDay, lastDay, terms, reasons, editedFrom, objectionDeadline, approvals } =
      proposal;
    return {
      id,
      challengeId,
      requestId,
      rank,
      score,
      state,
      firstDay,
      lastDay,
      seats: inOrder(proposal).map(([seat, peer]) => ({
        seat,
        peer: members.get(peer ?? '') ?? null,
        reason: reasonOf(reasons, seat) ?? `${seat}: left empty.`,
      })),
      terms,
      team: reasonOf(reasons, 'Team') ?? null,
      editedFrom,
      objectionDeadline: objectionDeadline?.toISOString() ?? null,
      approvals: approvals.map(({ by, at }) => ({ by, at })),
    };
  });
}

export async function viewProposal(source: DataSource, proposal: Proposal): Promise<ProposalView> {
  const [view] = await viewProposals(source, [proposal]);
  if (!view) throw new Error('a proposal was given and none came back');
  return view;
}

export async function viewRequest(source: DataSource, request: TeamRequest, proposals: Proposal[]): Promise<TeamRequestView> {
  const { id, challengeId, cause, state, phase, createdAt, finishedAt, blocked } = request;
  const views = await viewProposals(source, proposals);
  return {
    id,
    challengeId,
    cause,
    state,
    phase,
    createdAt: createdAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
    proposals: views,
    blocked,
  };
}

/** The agreed team as its council may see it. */
export async function viewTeam(source: DataSource, proposal: Proposal, secondWanted: boolean): Promise<TeamApprovalView> {
  const members = await membersOf(source, [proposal]);
  return {
    proposalId: proposal.id,
    firstDay: proposal.firstDay,
    lastDay: proposal.lastDay,
    members: inOrder(proposal).map(([seat, peer]) => {
      const member = members.get(peer ?? '');
      return {
        seat,
        name: member?.name ?? null,
        class: member?.class ?? null,
        positions: member?.positions ?? [],
        council: member?.council ?? null,
        reviews: member?.reviews ?? null,
      };
    }),
    objectionDeadline: proposal.objectionDeadline?.toISOString() ?? null,
    approvals: proposal.approvals.map(({ by, at }) => ({ by, at })),
    approved: proposal.isApproved(secondWanted),
  };
}

export function viewObjection({ id, proposalId, seat, reason, state, answer, createdAt }: Objection): ObjectionView {
  return { id, proposalId, seat, reason, state, answer, createdAt: createdAt.toISOString() };
}

async function membersOf(source: DataSource, proposals: Proposal[]): Promise<Map<string, MemberView>> {
  const ids = [...new Set(proposals.flatMap(({ seats }) => Object.values(seats)).filter((id) => id !== null))];
  const peers = await source.manager.find(Peer, { where: { id: In(ids) }, relations: { council: true } });
  return new Map(
    peers.map(({ id, name, class: peerClass, positions, council, organisation, reviews }) => [
      id,
      { id, name, class: peerClass, positions, council: council?.name ?? organisation, reviews },
    ]),
  );
}

/** Seats in the order of the challenge, which the reasons keep and the database's JSON does not. */
function inOrder({ seats, reasons }: Proposal): [seat: string, peer: string | null][] {
  const place = (seat: string): number => reasons.findIndex((reason) => reason.startsWith(`${seat}: `));
  return Object.entries(seats).sort(([a], [b]) => place(a) - place(b));
}

const reasonOf = (reasons: string[], of: string): string | undefined => reasons.find((reason) => reason.startsWith(`${of}: `));
