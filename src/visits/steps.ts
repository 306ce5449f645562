/** The steps of a challenge's life that have a day, in their usual order. */
export const STEPS = {
  scope: { title: 'Scope agreed', owner: 'adviser' },
  team: { title: 'Team agreed and approved', owner: 'adviser' },
  answers: { title: 'Everybody in the team has said yes', owner: 'peers' },
  papers: { title: 'Papers and position statement to the peers', owner: 'council' },
  call: { title: 'Team call', owner: 'manager' },
  meets: { title: 'The team meets, in the evening', owner: 'team' },
  on_site: { title: 'On site', owner: 'team' },
  verbal: { title: 'Verbal feedback', owner: 'team' },
  draft: { title: 'Draft report to the council', owner: 'manager' },
  accuracy: { title: 'The council’s answer on accuracy', owner: 'council' },
  report: { title: 'Report published', owner: 'council' },
  plan: { title: 'Action plan published', owner: 'council' },
  impact: { title: 'The council’s answer on what the challenge changed', owner: 'council' },
  check_in: { title: 'Check-in, without a visit', owner: 'adviser' },
  review: { title: 'Progress review', owner: 'adviser' },
  review_report: { title: 'Report of the review published', owner: 'council' },
} as const;
export type StepId = keyof typeof STEPS;
export type Owner = (typeof STEPS)[StepId]['owner'];

export const STEP_IDS = Object.keys(STEPS) as StepId[];

export const OWNER_NAMES: Record<Owner, string> = {
  adviser: 'principal adviser',
  peers: 'the peers',
  council: 'the council',
  manager: 'challenge manager',
  team: 'the team',
};

/** Steps that somebody writes down as done; the others follow from documents, answers and visits. */
export const RECORDED: readonly StepId[] = ['papers', 'call', 'check_in'];
/** Steps that a document, or the answer on one, completes. */
export const DOCUMENTED: readonly StepId[] = ['papers', 'draft', 'accuracy', 'report', 'plan'];
/** Steps whose day may be moved with a reason. The days on site move by postponing. */
export const MOVED: readonly StepId[] = [
  ...RECORDED,
  'draft',
  'accuracy',
  'report',
  'plan',
  'impact',
  'review',
  'review_report',
];
/** What is owed by a day is owed while offices are open. The days of a visit are what they are; a review is due about a month. */
export const OWED_BY_A_DAY: readonly StepId[] = [
  'papers',
  'call',
  'draft',
  'accuracy',
  'report',
  'plan',
  'impact',
  'check_in',
  'review_report',
];
/** What a council publishes does not fall into its pre-election period. */
export const PUBLISHED: readonly StepId[] = ['report', 'plan', 'review_report'];
