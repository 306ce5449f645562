import type { Words } from '../kinds/words.js';
import type { Peer } from './peer.entity.js';

/** A peer in the words of lists. */
export function summary(
  { id, name, class: peerClass, state, council, organisation, positions, skills, experience }: Peer,
  words: Words,
) {
  return {
    id,
    name,
    class: peerClass,
    state,
    home: council?.name ?? organisation ?? '',
    positions: positions.map(words.position).join(', '),
    skills: Object.entries(skills)
      .map(([skill, level]) => `${words.skill(skill)} ${String(level)}`)
      .join(', '),
    reviews: experience,
  };
}
