/** The one table of who may do what, and to which objects. The guard reads it and the tests are generated from it. */
export const ROLES = ['peer', 'council', 'approver', 'adviser', 'manager', 'group', 'programme', 'board', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/**
 * To which objects: `all`; those of the actor's `region` (an adviser without one is national and sees all); those of the actor's
 * `council`; those that concern the peer the actor is (`own`); member peers of the actor's `party`.
 */
export type Scope = 'all' | 'region' | 'council' | 'own' | 'party';

const STAFF = { adviser: 'region', manager: 'all', programme: 'all', admin: 'all' } as const;
const READERS = { ...STAFF, board: 'all' } as const;
const EVERYONE = Object.fromEntries(ROLES.map((role) => [role, 'all'])) as Record<Role, Scope>;
const OFFICE = { programme: 'all', admin: 'all' } as const;

export const POLICY = {
  'catalogue.read': EVERYONE,
  'policy.read': { ...OFFICE, adviser: 'all', manager: 'all', board: 'all' },
  'policy.write': OFFICE,
  'councils.read': EVERYONE,
  'councils.write': OFFICE,
  'offers.read': READERS,
  'offers.write': STAFF,
  'peers.read': { adviser: 'all', manager: 'all', programme: 'all', admin: 'all', group: 'party', peer: 'own' },
  'peers.write': OFFICE,
  'peers.state': { ...OFFICE, adviser: 'all', group: 'party' },
  'availability.read': { adviser: 'all', manager: 'all', programme: 'all', admin: 'all', peer: 'own' },
  'availability.write': { ...OFFICE, adviser: 'all', peer: 'own' },
  'challenges.read': { ...READERS, council: 'council', approver: 'council' },
  'challenges.book': { ...STAFF, council: 'council' },
  'challenges.manage': STAFF,
  'teams.request': STAFF,
  'teams.read': STAFF,
  'proposals.read': STAFF,
  'proposals.agree': STAFF,
  'team.read': { ...STAFF, council: 'council', approver: 'council' },
  'team.approve': { ...STAFF, council: 'council', approver: 'council' },
  'team.object': { ...STAFF, council: 'council', approver: 'council' },
  'objections.answer': STAFF,
  'invitations.send': STAFF,
  'invitations.read': { ...STAFF, peer: 'own' },
  'invitations.answer': { ...STAFF, peer: 'own' },
  'bookings.read': { ...STAFF, peer: 'own' },
  'visits.read': { ...READERS, council: 'council', approver: 'council' },
  'plans.read': { ...OFFICE, manager: 'all' },
  'plans.make': OFFICE,
  'audit.read': { admin: 'all' },
} as const satisfies Record<string, Partial<Record<Role, Scope>>>;

export type Action = keyof typeof POLICY;

/** The scope in which a role may do an action; undefined where it may not. */
export function scopeOf(role: Role, action: Action): Scope | undefined {
  return (POLICY[action] as Partial<Record<Role, Scope>>)[role];
}

/** What each role sees of a peer besides id, name, class, positions, council, skills and experience. */
export const PEER_FIELDS = {
  party: ['adviser', 'group', 'peer'],
  contact: ['adviser', 'manager', 'programme', 'admin', 'peer'],
  limits: ['adviser', 'manager', 'programme', 'admin', 'peer'],
  conflicts: ['adviser', 'programme', 'admin', 'peer'],
  rating: ['adviser', 'manager', 'programme'],
} as const satisfies Record<string, readonly Role[]>;

export function seesOfPeer(role: Role, part: keyof typeof PEER_FIELDS): boolean {
  return (PEER_FIELDS[part] as readonly Role[]).includes(role);
}
