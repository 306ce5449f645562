import type { Words } from '../kinds/words.js';
import type { Peer } from './peer.entity.js';

export interface Summary extends Pick<Peer, 'id' | 'name' | 'class' | 'state'> {
  home: string;
  positions: string;
  skills: string;
  reviews: number;
}

/** A peer in the words of lists. */
export function summary(
  { id, name, class: peerClass, state, council, organisation, positions, skills, experience }: Peer,
  words: Words,
): Summary {
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
