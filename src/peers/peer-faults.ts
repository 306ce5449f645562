import { groupFault, groupOf } from '../people/party-groups.js';
import { homeFaults } from './homes.js';
import type { Peer } from './peer.entity.js';
import type { FieldError } from '../web/problems.js';
import type { PeerRow, PoolReferences } from './peers-csv.js';
/** What no form of input may pass: a party for anybody but a councillor, names that policy does not know. */
export function peerFaults(
  peer: Partial<Peer>,
  references: PoolReferences,
  pointer: (property: string) => string,
): FieldError[] {
  const councils = new Set(references.councilIds.values());
  const unknown = (property: string, values: string[], allowed: ReadonlySet<string>): FieldError[] =>
    values
      .filter((value) => !allowed.has(value))
      .map((value) => ({
        pointer: pointer(property),
        detail: `found "${value.slice(0, 60)}"; allowed: ${[...allowed].join(', ')}`,
      }));
  const noCouncil = [
    ...(peer.councilId ? [peer.councilId] : []),
    ...(peer.conflicts ?? []).map(({ councilId }) => councilId),
    ...(peer.homes ?? []).map(({ councilId }) => councilId),
  ].filter((id) => !councils.has(id));
  return [
    ...missing(peer, pointer),
    ...(peer.party && groupOf(references.groups, peer.party) === undefined
      ? [{ pointer: pointer('party'), detail: groupFault(references.groups, peer.party) }]
      : []),
    ...homeFaults(peer.homes ?? [], pointer('homes')),
    ...unknown('positions', peer.positions ?? [], references.positions),
    ...otherClass(peer, references, pointer('positions')),
    ...unknown('skills', Object.keys(peer.skills ?? {}), references.skills),
    ...unknown(
      'accreditations',
      (peer.accreditations ?? []).map(({ kind }) => kind),
      references.kinds,
    ),
    ...noCouncil.map((id) => ({
      pointer: pointer('councilId'),
      detail: `found "${id.slice(0, 60)}"; allowed: the id of a host body`,
    })),
  ];
}

/** What is said of a peer, with the group by its name on the list; what the list does not know stays as it is, a fault. */
export const withGroup = <T extends { party?: string | null | undefined }>(
  said: T,
  { groups }: Pick<PoolReferences, 'groups'>,
): T => (said.party ? { ...said, party: groupOf(groups, said.party) ?? said.party } : said);

/** Posts that belong to another class of peer than this one's. */
const otherClass = (
  { class: own, positions = [] }: Partial<Peer>,
  { classOf }: PoolReferences,
  pointer: string,
): FieldError[] =>
  positions.flatMap((position) => {
    const whose = classOf.get(position);
    return whose === undefined || own === undefined || whose === own
      ? []
      : [
          {
            pointer,
            detail: `found "${position}", a post of the class ${whose}, for a peer of the class ${own}`,
          },
        ];
  });

/** A party for anybody but a councillor, no class, no name. */
function missing(peer: Partial<Peer>, pointer: (property: string) => string): FieldError[] {
  const faults: FieldError[] = [];
  if (peer.party && peer.class !== 'member')
    faults.push({
      pointer: pointer('party'),
      detail: `found a party for a peer of class ${peer.class ?? 'none'}; it is held for councillors (class member) only`,
    });
  if (!peer.class)
    faults.push({ pointer: pointer('class'), detail: 'is empty; allowed: member, officer, other' });
  if (!peer.name) faults.push({ pointer: pointer('name'), detail: 'is empty; a name is needed' });
  return faults;
}

/** What is wrong with the ids that a file names. */
export function importFaults(rows: PeerRow[], known: ReadonlyMap<string, Peer>): FieldError[] {
  const seen = new Set<string>();
  return rows.flatMap(({ row, id, facts: { state } }) => {
    if (id === null) return [];
    const at = (column: string, detail: string): FieldError => ({
      pointer: `row ${String(row)}, ${column}`,
      detail,
    });
    const peer = known.get(id);
    const faults = [
      ...(peer
        ? []
        : [at('id', `found "${id.slice(0, 60)}"; allowed: the id of a peer, or nothing for a new one`)]),
      ...(seen.has(id) ? [at('id', 'stands in an earlier row too')] : []),
      ...(peer && state && !peer.mayBecome(state)
        ? [at('state', `found "${state}"; a peer who is ${peer.state} stays so`)]
        : []),
    ];
    seen.add(id);
    return faults;
  });
}
