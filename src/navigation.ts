import type { Request } from 'express';
import type { SignedRequest } from './people/access.js';
import { ROLE_NAMES, scopeOf, type Action, type Role } from './people/policy-table.js';
import type { Settings } from './settings.js';
import { paths } from './web/paths.js';
import type { Surroundings } from './web/views.js';

/** The pages that stand in the navigation, for those who may open them. */
const PAGES: [text: string, href: string, action: Action][] = [
  ['Challenges', paths.challenges, 'challenges.read'],
  ['Deadlines', paths.deadlines, 'challenges.read'],
  ['Councils', paths.councils, 'councils.picture'],
  ['Programme', paths.programme, 'programme.read'],
  ['Cycle', paths.cycle, 'councils.picture'],
  ['Good practice', paths.goodPractice, 'practice.read'],
  ['Peers', paths.peers, 'peers.search'],
  ['Kinds and policy', paths.kinds, 'policy.write'],
  ['Accounts', paths.accounts, 'accounts.write'],
  ['Imports', paths.imports, 'peers.write'],
  ['Queue', paths.queue, 'queue.read'],
];

/** What is around every page, for whoever is signed in. */
export function surroundingsOf(request: Request, { settings, csrf }: { settings: Settings; csrf: () => string }): Surroundings {
  const { account } = request as Partial<SignedRequest>;
  return {
    person: account ? { name: account.name, role: ROLE_NAMES[account.role] } : null,
    navigation: account ? navigationOf(account.role) : [],
    example: settings.MODE === 'example',
    csrf: csrf(),
  };
}

function navigationOf(role: Role): Surroundings['navigation'] {
  const pages = PAGES.filter(([, , action]) => scopeOf(role, action)).map(([text, href]) => ({ text, href }));
  return pages.length > 0 ? [{ text: 'Home', href: paths.home }, ...pages] : [];
}
