/**
 * The first half of the programme year 2015/16 as the board was told of it in January 2016: figures only, in the columns of this service's own files. What
 * was printed stands beside, to be held against.
 */

interface Told {
  key: string;
  theme: string;
  name: string;
  target: number | null;
  direction?: 'at_least' | 'aim';
  counting?: 'sum' | 'running';
  /** Q1 and Q2, as typed. */
  quarters?: [q1: string, q2: string];
  total?: number;
  percent?: number;
  colour: 'green' | 'amber';
  more?: Record<string, string>;
}

const PEERS = 'Peer work in local authorities';
const MONEY = 'Efficiency and productivity';
const LEADERS = 'Strong political leadership';
const PLACES = 'Strong local economies';
const PEOPLE = 'Workforce, transformation and integration';

const words = (targetWords: string, colour: string): Record<string, string> => ({
  ...{ target_words: targetWords, progress: 'under_way', colour_rule: 'by_hand', colour },
  colour_reason: 'its target is in words',
});

/** Each row of the delivery table, with what was printed. */
export const DELIVERY: readonly Told[] = [
  {
    ...{ key: 'challenges15', theme: PEERS, name: 'Challenges and follow-up visits', target: 100 },
    ...{ quarters: ['18', '13'], total: 31, percent: 31, colour: 'amber' },
    more: { colour_rule: 'delivery', together: '68' },
  },
  told(['tailored', PEERS, 'Councils with tailored support'], 40, ['19', '8'], [27, 68], 'green'),
  told(['relations', PEERS, 'Councils helped in working relations'], 10, ['6', '6'], [12, 120], 'green'),
  told(['scrutiny', PEERS, 'Councils supported in scrutiny'], 20, ['16', '5'], [21, 105], 'green'),
  {
    ...{ key: 'procurement', theme: MONEY, name: 'Procurement savings a year', target: 10 },
    ...{ counting: 'running', quarters: ['', '12'], total: 12, colour: 'green' },
    more: { unit: 'million_pounds' },
  },
  told(['productivity', MONEY, 'Councils with a productivity expert'], 20, ['4', '6'], [10, 50], 'amber'),
  {
    ...told(['learning', MONEY, 'Learning disability pilots'], 5, ['5', '5'], [5, 100], 'green'),
    counting: 'running',
  },
  told(['waste', MONEY, 'Councils with better waste contracts'], 10, ['0', '60'], [60, 600], 'green'),
  told(['financial', MONEY, 'Councils with bespoke financial support'], 25, ['6', '5'], [11, 44], 'amber'),
  inWords('matchmaking', MONEY, 'Matchmaking for shared services', 'amber'),
  {
    ...inWords('map', MONEY, 'Shared services on the map', 'green'),
    quarters: ['', '416'],
    counting: 'running',
  },
  {
    ...told(['design', MONEY, 'Councils in demand management'], 20, ['10', '10'], [20, 100], 'green'),
    direction: 'aim',
  },
  inWords('digital', MONEY, 'Digitisation plan', 'green'),
  inWords('cyber', MONEY, 'Cyber resilience awareness', 'amber'),
  { ...inWords('database', MONEY, 'Case studies held', 'green'), quarters: ['', '800'], counting: 'running' },
  told(['training500', LEADERS, 'Councillors trained'], 500, ['347', '201'], [548, 110], 'amber'),
  {
    ...told(['nextgen', LEADERS, 'Councillors in the next generation'], 50, ['58', '58'], [58, 116], 'green'),
    counting: 'running',
  },
  {
    ...{ key: 'leadingedge', theme: LEADERS, name: 'Leaders and chief executives together', target: 50 },
    ...{ direction: 'aim', counting: 'running', quarters: ['', '38'], total: 38, colour: 'amber' },
    more: { colour: 'amber', colour_reason: 'the second meeting of the year is not full yet' },
  },
  {
    ...told(['graduates', LEADERS, 'Graduates placed'], 100, ['n/a', '98'], [98, 98], 'green'),
    direction: 'aim',
  },
  inWords('devolution', PLACES, 'Devolution support', 'green'),
  told(['growth', PLACES, 'Councils with growth plans'], 15, ['4', '11'], [15, 100], 'green'),
  told(['culture', PLACES, 'Councillors for culture and sport'], 150, ['n/a', '35'], [35, 23], 'amber'),
  {
    ...told(['commercial', PEOPLE, 'Councils on commercial skills'], 15, ['15', '15'], [15, 100], 'green'),
    counting: 'running',
  },
  inWords('prevent', PEOPLE, 'Prevent duties', 'amber'),
  {
    ...told(['workforce', PEOPLE, 'Councils changing their workforce'], 52, ['25', '17'], [42, 81], 'amber'),
    more: { colour: 'amber', colour_reason: 'most of it fell in the first quarter, and little is booked' },
  },
  {
    ...told(['spans', PEOPLE, 'Councils reviewing layers and spans'], 10, ['2', '3'], [3, 30], 'amber'),
    counting: 'running',
  },
];

/** The second targets of three rows. */
const SECOND: readonly Record<string, string>[] = [
  {
    ...{ measure: 'productivity-savings', part_of: 'productivity', theme: MONEY, name: 'Savings by them' },
    ...{ unit: 'million_pounds', target: '20', counting: 'running', q2: '7' },
  },
  {
    ...{ measure: 'learning-savings', part_of: 'learning', theme: MONEY, name: 'Savings of the pilots' },
    ...{ unit: 'million_pounds', target: '5', counting: 'running', q2: '20' },
  },
  {
    ...{ measure: 'training-satisfied', part_of: 'training500', theme: LEADERS, name: 'Satisfied' },
    ...{ unit: 'per_cent', target: '90', counting: 'average' },
  },
];

function told(
  [key, theme, name]: [string, string, string],
  target: number,
  quarters: [string, string],
  [total, percent]: [number, number],
  colour: Told['colour'],
): Told {
  return { key, theme, name, target, quarters, total, percent, colour };
}

function inWords(key: string, theme: string, name: string, colour: Told['colour']): Told {
  return { key, theme, name, target: null, colour, more: words('as agreed', colour) };
}

const USUAL = { source: 'by_hand', counting: 'sum', direction: 'at_least', colour_rule: 'line' };
const COLUMNS = [
  ...['measure', 'theme', 'name', 'part_of', 'source', 'counting', 'unit', 'direction', 'target'],
  ...['target_words', 'progress', 'colour_rule', 'colour', 'colour_reason', 'q1', 'q2', 'together'],
];

/** The delivery table as one file. */
export function deliveryFile(): string {
  const rows = DELIVERY.map(({ key, theme, name, target, direction, counting, quarters, more }) => ({
    ...USUAL,
    ...{ measure: key, theme, name, target: target === null ? '' : String(target) },
    ...(direction ? { direction } : {}),
    ...(counting ? { counting } : {}),
    ...(quarters ? { q1: quarters[0], q2: quarters[1] } : {}),
    ...more,
  }));
  return csv(COLUMNS, [...rows, ...SECOND.map((row) => ({ ...USUAL, ...row }))]);
}

type Line = [key: string, name: string, kind: 'income' | 'expenditure', budget: number, forecast: number];
/** Lines of the budget with the colour that was printed; null where it could not be read. */
export const BUDGET: readonly [...Line, colour: 'green' | 'red' | null][] = [
  ['subscriptions', 'Subscriptions', 'income', 9414, 9422, 'green'],
  ['grant', 'Revenue support grant', 'income', 22832, 22832, 'green'],
  ['direct', 'Direct services', 'income', 3703, 3688, 'green'],
  ['rental', 'Rents', 'income', 1255, 1194, null],
  ['other-income', 'Other income', 'income', 130, 234, 'green'],
  ['dividends', 'Dividends', 'income', 1500, 1750, 'green'],
  ['staff', 'Core staff', 'expenditure', 15203, 14779, 'green'],
  ['extra-staff', 'Extra staff', 'expenditure', 0, 600, 'red'],
  ['programmes', 'Programmes', 'expenditure', 10557, 10126, null],
  ['services', 'Contracted services', 'expenditure', 2143, 1473, 'green'],
  ['shared', 'Shared services', 'expenditure', -55, -55, 'red'],
  ['running', 'Other running costs', 'expenditure', 5095, 3574, 'green'],
  ['property', 'Property', 'expenditure', 2343, 2658, 'red'],
  ['pensions', 'Past pensions', 'expenditure', 940, 940, 'green'],
  ['ring-income', 'Ring-fenced income', 'income', 10182, 12439, 'green'],
  ['ring-spend', 'Ring-fenced spending', 'expenditure', 10182, 12439, 'red'],
  ['ring-overhead', 'Overheads recovered', 'income', 1105, 1250, 'green'],
];

/** The budget as a file, at the end of the second quarter. */
export function budgetFile(): string {
  return csv(
    ['key', 'line', 'kind', 'budget', 'quarter', 'forecast'],
    BUDGET.map(([key, line, kind, budget, forecast]) => ({
      ...{ key, line, kind, budget: String(budget), quarter: 'Q2', forecast: String(forecast) },
    })),
  );
}

const csv = (columns: readonly string[], rows: readonly Record<string, string>[]): string =>
  [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))]
    .map((cells) => cells.map((cell) => (/[",]/.test(cell) ? `"${cell}"` : cell)).join(','))
    .join('\n') + '\n';
