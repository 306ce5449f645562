import type { Request } from 'express';
import { scopeFor, type Actor, type SignedRequest } from './people/access.js';
import { ROLE_NAMES, type Action } from './people/policy-table.js';
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
  ['Inspections', paths.inspections, 'councils.picture'],
  ['Support', paths.support, 'councils.picture'],
  ['Signals', paths.signals, 'signals.read'],
  ['Report a signal', paths.reportSignal, 'signals.report'],
  ['Pool', paths.pool, 'pool.read'],
  ['Recruiting', paths.recruiting, 'recruiting.read'],
  ['Nominate', paths.nominate, 'peers.nominate'],
  ['Good practice', paths.goodPractice, 'practice.read'],
  ['Peers', paths.peers, 'peers.search'],
  ['Kinds and policy', paths.kinds, 'policy.write'],
  ['Accounts', paths.accounts, 'accounts.write'],
  ['Imports', paths.imports, 'peers.write'],
  ['Queue', paths.queue, 'queue.read'],
];

/** What is around every page, for whoever is signed in. */
export function surroundingsOf(request: Request, { settings, csrf }: { settings: Settings; csrf: () => string }): Surroundings {
  const { account, actor } = request as Partial<SignedRequest>;
  return {
    person: account ? { name: account.name, role: ROLE_NAMES[account.role] } : null,
    navigation: actor ? navigationOf(actor) : [],
    example: settings.MODE === 'example',
    csrf: csrf(),
  };
}

function navigationOf(actor: Actor): Surroundings['navigation'] {
  const pages = PAGES.filter(([, , action]) => scopeFor(actor, action)).map(([text, href]) => ({ text, href }));
  return pages.length > 0 ? [{ text: 'Home', href: paths.home }, ...pages] : [];
}
