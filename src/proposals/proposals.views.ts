import { In } from 'typeorm';
import { relaxationInFile, seatSentence, teamSentence } from '../matching/reasons/words.js';
import type { Blocked } from '../matching/reasons/reason.js';
import { Peer } from '../peers/peer.entity.js';
import type { Role } from '../people/permissions.js';
import { partsFor, reasonFor } from './reasons-shown.js';
import type { Objection } from './objection.entity.js';
import type { Wanted } from './consents.js';
import type { Proposal } from './proposal.entity.js';
import type {
  BlockedView,
  MemberView,
  ObjectionView,
  ProposalView,
  TeamApprovalView,
  TeamMemberView,
  TeamRequestView,
} from './proposals.dto.js';
import type { TeamRequest } from './team-request.entity.js';
import { Database } from '../database/database.js';

/** Proposals with their peers, read in one query, as far as a role may see them. */
async function viewProposals(db: Database, role: Role, proposals: Proposal[]): Promise<ProposalView[]> {
  const members = await membersOf(db, proposals);
  return proposals.map((proposal) => viewOf(proposal, role, members));
}

function viewOf(proposal: Proposal, role: Role, members: Map<string, MemberView>): ProposalView {
  const { id, challengeId, requestId, rank, score, state, terms, reasons, editedFrom } = proposal;
  return {
    id,
    challengeId,
    requestId,
    rank,
    score,
    state,
    firstDay: proposal.firstDay,
    lastDay: proposal.lastDay,
    seats: reasons.seats.map((reason) => ({
      seat: reason.seat,
      peer: members.get(proposal.seats[reason.seat] ?? '') ?? null,
      reason: seatSentence(reasonFor(role, reason)),
    })),
    terms: partsFor(role, terms),
    team: teamSentence(reasons),
    editedFrom,
    objectionDeadline: proposal.objectionDeadline?.toISOString() ?? null,
    approvals: proposal.approvals.map(({ by, of, at }) => ({ by, of: of ?? null, at })),
  };
}

export async function viewProposal(db: Database, role: Role, proposal: Proposal): Promise<ProposalView> {
  const [view] = await viewProposals(db, role, [proposal]);
  if (!view) throw new Error('a proposal was given and none came back');
  return view;
}

export async function viewRequest(
  db: Database,
  role: Role,
  request: TeamRequest,
  proposals: Proposal[],
): Promise<TeamRequestView> {
  const { id, challengeId, cause, state, phase, createdAt, finishedAt, blocked } = request;
  const views = await viewProposals(db, role, proposals);
  return {
    id,
    challengeId,
    cause,
    state,
    phase,
    createdAt: createdAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
    proposals: views,
    blocked: blocked.map(viewBlocked),
  };
}

/** A seat that nobody fills, with what would fill it in words. */
export function viewBlocked({ seat, falls, relaxations, accredit = null }: Blocked): BlockedView {
  return {
    seat,
    falls,
    relaxations: relaxations.map((one) => ({ change: relaxationInFile(one), peers: one.peers })),
    accredit,
  };
}

/** The agreed team as its council may see it. */
export async function viewTeam(db: Database, proposal: Proposal, wanted: Wanted): Promise<TeamApprovalView> {
  const members = await membersOf(db, [proposal]);
  const then = await servedAs(db, proposal.challengeId);
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
        ...then.get(peer ?? ''),
      };
    }),
    objectionDeadline: proposal.objectionDeadline?.toISOString() ?? null,
    approvals: proposal.approvals.map(({ by, of, at }) => ({ by, of: of ?? null, at })),
    approved: proposal.isApproved(wanted),
  };
}

type ServedAs = Pick<TeamMemberView, 'positions' | 'council' | 'reviews'>;

/** What those were who served in a visit that is over, by peer: a past team does not change with what became of them. */
async function servedAs(db: Database, challengeId: string): Promise<Map<string, ServedAs>> {
  const rows = await db.query<(ServedAs & { peerId: string })[]>(
    `SELECT b.peer_id AS "peerId", b.stood->'positions' AS positions, h.name AS council, (b.stood->>'experience')::int AS reviews
     FROM bookings b JOIN delivered_challenges d ON d.id = b.challenge_id LEFT JOIN councils h ON h.id = (b.stood->>'councilId')::uuid
     WHERE b.challenge_id = $1 AND b.state = 'booked' AND b.stood IS NOT NULL`,
    [challengeId],
  );
  return new Map(rows.map(({ peerId, ...stood }) => [peerId, stood]));
}

export function viewObjection({
  id,
  proposalId,
  seat,
  reason,
  councilId,
  state,
  answer,
  createdAt,
}: Objection): ObjectionView {
  return { id, proposalId, seat, reason, councilId, state, answer, createdAt: createdAt.toISOString() };
}

async function membersOf(db: Database, proposals: Proposal[]): Promise<Map<string, MemberView>> {
  const ids = [
    ...new Set(proposals.flatMap(({ seats }) => Object.values(seats)).filter((id) => id !== null)),
  ];
  const peers = await db.manager.find(Peer, { where: { id: In(ids) }, relations: { council: true } });
  return new Map(
    peers.map(({ id, name, class: peerClass, positions, council, organisation, experience }) => [
      id,
      {
        id,
        name,
        class: peerClass,
        positions,
        council: council?.name ?? organisation,
        reviews: experience,
      },
    ]),
  );
}

/** Seats in the order of the challenge, which the reasons keep and the database's JSON does not. */
function inOrder({ seats, reasons }: Proposal): [seat: string, peer: string | null][] {
  return reasons.seats.map(({ seat }) => [seat, seats[seat] ?? null]);
}
