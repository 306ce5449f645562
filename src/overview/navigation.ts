import type { Request } from 'express';
import { scopeFor, type Actor, type SignedRequest } from '../people/access.js';
import type { Held } from '../web/page.interceptor.js';
import { isStaff, ROLE_NAMES, type Action } from '../people/permissions.js';
import type { Settings } from '../settings.js';
import { paths } from '../web/paths.js';
import type { Surroundings } from '../web/views.js';

type Place = [text: string, href: string, action: Action];

/** What stands in the navigation, for those who may open it: sections, each with its pages. */
const SECTIONS: [text: string, pages: Place[]][] = [
  [
    'Challenges',
    [
      ['Challenges', paths.challenges, 'challenges.read'],
      ['Deadlines', paths.deadlines, 'challenges.read'],
    ],
  ],
  [
    'Councils',
    [
      ['Councils', paths.councils, 'councils.picture'],
      ['Cycle', paths.cycle, 'councils.picture'],
      ['Regions', '/regions', 'councils.picture'],
      ['Inspections', paths.inspections, 'councils.picture'],
      ['Support', paths.support, 'councils.picture'],
      ['Signals', paths.signals, 'signals.read'],
      ['Report a signal', paths.reportSignal, 'signals.report'],
    ],
  ],
  [
    'Programme',
    [
      ['Programme', paths.programme, 'programme.read'],
      ['Plan of the year', paths.plans, 'plans.read'],
    ],
  ],
  [
    'Peers',
    [
      ['Peers', paths.peers, 'peers.search'],
      ['What the pool lacks', paths.pool, 'pool.read'],
      ['Recruiting', paths.recruiting, 'recruiting.read'],
      ['Accreditation and events', paths.events, 'recruiting.read'],
      ['Nominate', paths.nominate, 'peers.nominate'],
    ],
  ],
  ['Good practice', [['Good practice', paths.goodPractice, 'practice.read']]],
  [
    'Office',
    [
      ['Kinds and policy', paths.kinds, 'policy.write'],
      ['Rules and lists', paths.rules, 'policy.write'],
      ['Messages', paths.messageExamples, 'policy.write'],
      ['Accounts', paths.accounts, 'accounts.write'],
      ['Tokens', paths.tokens, 'tokens.write'],
      ['Imports', paths.imports, 'peers.write'],
      ['Queue', paths.queue, 'queue.read'],
      ['Erasure', paths.erasures, 'people.erase'],
    ],
  ],
];

/** What is around every page, for whoever is signed in. */
export function surroundingsOf(
  request: Request,
  { settings, csrf }: { settings: Settings; csrf: () => string },
): Surroundings {
  const { account, actor } = request as Partial<SignedRequest>;
  return {
    person: account ? { name: account.name, role: ROLE_NAMES[account.role] } : null,
    navigation: actor ? navigationOf(actor) : [],
    finds: actor !== undefined && scopeFor(actor, 'councils.picture') !== undefined,
    example: settings.MODE === 'example',
    restoredCopy: Boolean((request as Held).heldSince) && actor !== undefined && isStaff(actor.role),
    csrf: csrf(),
  };
}

/** A section of one page goes by the name of the page. */
function navigationOf(actor: Actor): Surroundings['navigation'] {
  const sections = SECTIONS.flatMap(([text, places]) => {
    const pages = places
      .filter(([, , action]) => scopeFor(actor, action))
      .map(([name, href]) => ({ text: name, href }));
    const [first] = pages;
    return first ? [{ text: pages.length > 1 ? text : first.text, href: first.href, pages }] : [];
  });
  return sections.length > 0 ? [{ text: 'Home', href: paths.home, pages: [] }, ...sections] : [];
}
