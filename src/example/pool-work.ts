import type { Council } from '../councils/council.entity.js';
import { FIRST_KINDS } from '../kinds/first-kinds.js';
import type { Random } from '../matching/problem/random.js';
import type { PeerClass, SkillLevels } from '../matching/problem/programme.js';
import type { Peer } from '../peers/peer.entity.js';

/** Posts that a council has once. */
const ONCE = [
  'leader',
  'mayor',
  'chief-executive',
  'director-public-health',
  's151',
  'monitoring-officer',
  'dass',
  'dcs',
];
/** Posts of upper-tier councils: a district has no social care. */
const UPPER_TIER = ['dass', 'dcs', 'director-public-health'];

/** Where people of other sectors work, by what they are. */
const PLACES: Record<string, string> = {
  health: 'NHS integrated care board',
  police: 'Police service',
  business: 'Chamber of trade',
  voluntary: 'Community foundation',
  government: 'Government department',
  education: 'Schools trust',
  'former-chief-executive': 'Retired from local government',
  'lived-experience': 'Carers’ network',
  'parent-carer': 'Parent carer forum',
};

export const placeOf = (position: string): string => PLACES[position] ?? 'Community foundation';

/** Councils by the posts that are taken there, so that nobody is a second leader. */
export class Posts {
  private readonly taken = new Set<string>();

  /** The council that was drawn, or the next of the list that has such a post and nobody in it. */
  fill(homes: readonly Council[], drawn: Council, positions: readonly string[]): Council {
    const posts = positions.filter((position) => ONCE.includes(position));
    const from = homes.indexOf(drawn);
    for (let step = 0; step < homes.length; step++) {
      const home = homes[(from + step) % homes.length] ?? drawn;
      const key = (post: string): string => `${home.id} ${post}`;
      const has = !posts.some((post) => UPPER_TIER.includes(post) && home.type === 'district');
      if (has && !posts.some((post) => this.taken.has(key(post)))) {
        for (const post of posts) this.taken.add(key(post));
        return home;
      }
    }
    return drawn;
  }
}

/** Skills and accreditations that go with the seats somebody may sit in: a few kinds that they know well. */
export function specialised(
  random: Random,
  peerClass: PeerClass,
  { positions, skills }: { positions: string[]; skills: SkillLevels },
): Pick<Peer, 'skills' | 'accreditations'> {
  const seats = Object.entries(FIRST_KINDS).flatMap(([kind, { seats: all, accreditation }]) =>
    accreditation
      ? all
          .filter((seat) => seat.positions.some((one) => positions.includes(one)))
          .map((seat) => ({ kind, seat }))
      : [],
  );
  const known = { ...skills };
  for (let n = 0; n < (peerClass === 'other' ? 4 : 3) && seats.length > 0; n++) {
    const { seat } = random.pick(seats);
    for (const [skill, level] of Object.entries(seat.skills))
      known[skill] = Math.max(known[skill] ?? 0, random.int(level, 5));
  }
  const fits = seats.filter(({ seat }) =>
    Object.entries(seat.skills).every(([skill, level]) => (known[skill] ?? 0) >= level),
  );
  const kinds = new Set(fits.filter(() => random.chance(0.8)).map(({ kind }) => kind));
  if (positions.length > 0 && random.chance(0.9)) kinds.add('corporate');
  return { skills: known, accreditations: [...kinds].sort().map((kind) => ({ kind, expiresOn: null })) };
}
