import type { Challenge } from '../challenges/challenge.entity.js';
import type { Council } from '../councils/council.entity.js';
import { amount } from '../english/words.js';
import type { Words } from '../kinds/words.js';
import type { Peer } from '../peers/peer.entity.js';

/** What a team is balanced by, in lines under one name. */
export interface BalancePart {
  name: string;
  lines: BalanceLine[];
}

/** A figure of a balance, in words and drawn. */
export interface BalanceLine {
  words: string;
  /** The figure as filled circles, and what is wanting as empty ones; empty where there is nothing to draw. */
  marks: string;
}

/** What the figures of a balance are held against. */
export interface BalanceOf {
  challenge: Pick<Challenge, 'coverage'>;
  host: Pick<Council, 'type'>;
  words: Words;
  /** Challenges served from which the weights call a peer experienced. */
  experiencedFrom: number;
}

const drawn = (full: number, empty = 0): string => '●'.repeat(full) + '○'.repeat(empty);

const CLASSES = ['member', 'officer', 'other'] as const;

/** How a team is made up: members and officers, councils and regions, experience, and who brings the skills that are asked for. */
export function balanceOf(
  members: Peer[],
  { challenge, host, words, experiencedFrom }: BalanceOf,
): BalancePart[] {
  const count = (is: (peer: Peer) => boolean): number => members.filter(is).length;
  const share = (full: number, what: string): BalanceLine => ({
    words: `${String(full)} of ${String(members.length)} ${what}`,
    marks: drawn(full, members.length - full),
  });
  const different = (of: (peer: Peer) => string | null | undefined): number =>
    new Set(members.flatMap((peer) => of(peer) ?? [])).size;
  const classes = CLASSES.flatMap((name): BalanceLine[] => {
    const full = count((peer) => peer.class === name);
    return full > 0 ? [{ words: amount(full, name), marks: drawn(full) }] : [];
  });
  const councils = different(({ council }) => council?.name);
  const regions = different(({ council }) => council?.region);
  const alike = count(({ council }) => council?.type === host.type);
  const experienced = count(({ experience }) => experience >= experiencedFrom);
  const novices = count(({ experience }) => experience === 0);
  const from = [
    { words: `${amount(councils, 'council')} in ${amount(regions, 'region')}`, marks: '' },
    share(alike, 'from the same type of council'),
  ];
  const experience = [
    share(experienced, 'experienced'),
    { words: amount(novices, 'first-timer'), marks: drawn(novices) },
  ];
  const skills = challenge.coverage.map((wanted) => skillLine(members, wanted, words));
  return [
    { name: 'Made up of', lines: classes },
    { name: 'They come from', lines: from },
    { name: 'Experience', lines: experience },
    ...(skills.length > 0 ? [{ name: 'Skills', lines: skills }] : []),
  ];
}

/** How many have a skill that is asked for, and at which levels. */
function skillLine(
  members: Peer[],
  { skill, level, peers }: Challenge['coverage'][number],
  words: Words,
): BalanceLine {
  const levels = members
    .map((peer) => peer.skills[skill] ?? 0)
    .filter((held) => held >= level)
    .sort((a, b) => b - a);
  const depth = levels.length > 0 ? `, at level ${levels.join(', ')}` : '';
  return {
    words: `${words.skill(skill)}: ${String(levels.length)}${depth} (${String(peers)} wanted)`,
    marks: drawn(levels.length, Math.max(0, peers - levels.length)),
  };
}
