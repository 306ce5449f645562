/** The one table of who may do what, and to which objects. The guard reads it and the tests are generated from it. */
export const ROLES = [
  'peer',
  'lead',
  'council',
  'approver',
  'adviser',
  'manager',
  'group',
  'programme',
  'board',
  'admin',
] as const;
export type Role = (typeof ROLES)[number];

/**
 * To which objects: `all`; those of the actor's `region` (an adviser without one is national and sees all); those of the actor's
 * `council`; those that concern the peer the actor is (`own`); member peers of the actor's `party`; `confided`: those of the regions that an
 * adviser answers for, and all of them to who is named a senior.
 */
export type Scope = 'all' | 'region' | 'council' | 'own' | 'party' | 'confided';

/** What an account or token of a role cannot do without. */
export const NEEDED_SCOPE = {
  council: 'councilId',
  approver: 'councilId',
  peer: 'peerId',
  group: 'party',
  lead: 'party',
} as const satisfies Partial<Record<Role, 'councilId' | 'peerId' | 'party'>> as Partial<
  Record<Role, 'councilId' | 'peerId' | 'party'>
>;

/** Roles as people say them. */
export const ROLE_NAMES: Record<Role, string> = {
  peer: 'peer',
  lead: 'lead member peer',
  council: 'council',
  approver: 'second approver',
  adviser: 'principal adviser',
  manager: 'challenge manager',
  group: 'group office',
  programme: 'programme manager',
  board: 'board',
  admin: 'administrator',
};

const STAFF = { adviser: 'region', manager: 'all', programme: 'all', admin: 'all' } as const;

/** Whether a role is of those who run the programme. */
export const isStaff = (role: Role): boolean => role in STAFF;

/** Those roles. */
export const STAFF_ROLES = ROLES.filter(isStaff);

const READERS = { ...STAFF, board: 'all' } as const;
const EVERYONE = Object.fromEntries(ROLES.map((role) => [role, 'all'])) as Record<Role, Scope>;
const CONFIDANTS = {
  adviser: 'confided',
  manager: 'confided',
  programme: 'confided',
  board: 'confided',
  admin: 'confided',
} as const;
const OFFICE = { programme: 'all', admin: 'all' } as const;

export const POLICY = {
  'account.own': EVERYONE,
  'catalogue.read': EVERYONE,
  'policy.read': { ...OFFICE, adviser: 'all', manager: 'all', board: 'all' },
  'policy.write': OFFICE,
  'councils.read': EVERYONE,
  'councils.write': OFFICE,
  'offers.read': READERS,
  'offers.write': STAFF,
  'peers.read': {
    adviser: 'all',
    manager: 'all',
    programme: 'all',
    admin: 'all',
    group: 'party',
    lead: 'party',
    peer: 'own',
  },
  'peers.write': OFFICE,
  /** Each list names besides who may bring it. */
  'files.import': { ...OFFICE, adviser: 'all', manager: 'all' },
  'peers.state': { ...OFFICE, adviser: 'all', group: 'party' },
  'availability.read': { adviser: 'all', manager: 'all', programme: 'all', admin: 'all', peer: 'own' },
  'availability.write': { ...OFFICE, adviser: 'all', peer: 'own' },
  'peers.own': { ...OFFICE, peer: 'own' },
  'needs.own': { programme: 'all', peer: 'own' },
  /** All that is held of somebody, with what no member of staff sees: for nobody else. */
  'record.own': { peer: 'own' },
  'demographics.own': { peer: 'own' },
  'peers.endorse': { group: 'party' },
  'visit.page': { ...STAFF, peer: 'own' },
  'clock.record': { ...STAFF, council: 'council' },
  'recommendations.read': { ...READERS, council: 'council', approver: 'council', peer: 'own' },
  'recommendations.answer': { ...STAFF, council: 'council' },
  'feedback.read': STAFF,
  'practice.read': EVERYONE,
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
  'programme.read': { ...OFFICE, board: 'all' },
  'programme.write': OFFICE,
  'recruiting.read': { ...OFFICE, adviser: 'all', manager: 'all' },
  'recruiting.write': OFFICE,
  'peers.nominate': { ...OFFICE, group: 'all', lead: 'all', council: 'all' },
  'pool.read': { ...OFFICE, adviser: 'all', manager: 'all', board: 'all' },
  'pool.list': { ...OFFICE, adviser: 'all', manager: 'all' },
  'plans.read': { ...OFFICE, manager: 'all', board: 'all' },
  'plans.make': OFFICE,
  'councils.picture': READERS,
  'picture.write': STAFF,
  'signals.read': CONFIDANTS,
  'signals.write': { adviser: 'confided', manager: 'confided', programme: 'confided', admin: 'confided' },
  'signals.report': { lead: 'all', group: 'all' },
  'peers.search': {
    adviser: 'all',
    manager: 'all',
    programme: 'all',
    admin: 'all',
    group: 'party',
    lead: 'party',
  },
  'accounts.write': OFFICE,
  'second-step.reset': { admin: 'all' },
  'tokens.write': { admin: 'all' },
  'queue.read': OFFICE,
  'queue.retry': OFFICE,
  'people.erase': OFFICE,
  'audit.read': { admin: 'all' },
} as const satisfies Record<string, Partial<Record<Role, Scope>>>;

export type Action = keyof typeof POLICY;

/** The scope in which a role may do an action; undefined where it may not. */
export function scopeOf(role: Role, action: Action): Scope | undefined {
  return (POLICY[action] as Partial<Record<Role, Scope>>)[role];
}

/** What each role sees of a peer besides id, name, class, positions, council, skills and experience. */
export const PEER_FIELDS = {
  party: ['adviser', 'group', 'lead', 'peer'],
  contact: ['adviser', 'manager', 'programme', 'admin', 'peer'],
  limits: ['adviser', 'manager', 'programme', 'admin', 'peer'],
  conflicts: ['adviser', 'programme', 'admin', 'peer'],
  rating: ['adviser', 'manager', 'programme'],
  needs: ['adviser', 'manager', 'programme', 'peer'],
} as const satisfies Record<string, readonly Role[]>;

/** Who reads whom a council has named, and how to reach them. */
const CONTACT_READERS: readonly Role[] = ['adviser', 'manager', 'programme', 'admin', 'council', 'approver'];
export const seesContacts = (role: Role): boolean => CONTACT_READERS.includes(role);

export function seesOfPeer(role: Role, part: keyof typeof PEER_FIELDS): boolean {
  return (PEER_FIELDS[part] as readonly Role[]).includes(role);
}
