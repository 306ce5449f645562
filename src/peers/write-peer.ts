import { writeHomes } from './homes.js';
import type { Peer } from './peer.entity.js';

/** A row for export; only the columns that the reader may see are written. */
export function writePeer(
  peer: Peer,
  codes: ReadonlyMap<string, string>,
): Record<string, string | number | null> {
  return {
    id: peer.id,
    name: peer.name,
    email: peer.email,
    phone: peer.phone,
    class: peer.class,
    party: peer.party,
    council: peer.councilId === null ? null : (codes.get(peer.councilId) ?? null),
    homes: writeHomes(peer, codes),
    organisation: peer.organisation,
    positions: peer.positions.join('; '),
    skills: Object.entries(peer.skills)
      .map(([skill, level]) => `${skill} ${String(level)}`)
      .sort()
      .join('; '),
    accreditations: peer.accreditations
      .map(({ kind, expiresOn }) => (expiresOn ? `${kind} until ${expiresOn}` : kind))
      .join('; '),
    conflicts: peer.conflicts
      .map(
        ({ councilId: id, type, until }) => `${codes.get(id) ?? ''} ${type}${until ? ` until ${until}` : ''}`,
      )
      .join('; '),
    refused_regions: peer.refusedRegions.join('; '),
    released_until: peer.releasedUntil,
    reviews: peer.reviews,
    rating: peer.rating,
    max_challenges: peer.maxChallenges,
    max_days: peer.maxDays,
    rest_days: peer.restDays,
    state: peer.state,
  };
}
