import { badField } from '../../web/problems.js';
import type { Counting } from './colour.js';
import type { Measure, Source } from './measure.entity.js';

/** Sources whose rows are worth something each, so that a mean can be made of them. */
const MEANS: readonly Source[] = [
  'attendance',
  'evaluations',
  'feedback',
  'impact',
  'recommendations',
  'offers',
  'by_hand',
];
/** Rules that hold a total against what is to be reached. */
const REACHING: readonly string[] = ['line', 'season', 'forecast', 'income'];

const NOT: Partial<Record<Source, readonly Counting[]>> = { days: ['distinct'] };

/** Throws a 400 at a field for more decimals than are kept. */
export function requireDecimals(value: number | null, at: string): void {
  if (value !== null && Math.abs(value * 100 - Math.round(value * 100)) > 1e-6)
    throw badField(at, `found ${String(value)}; allowed: two decimals at most`);
}

export type Fitting = Omit<Measure, 'id' | 'year' | 'place' | 'version'>;

/** Throws a 400 for what a measure cannot be. */
export function requireFitting(measure: Fitting): void {
  const { source, counting, colour, colourReason, direction, colourRule, target, targetWords } = measure;
  if ((colour === null) !== (colourReason === null))
    throw badField(
      colour === null ? '/colour' : '/colourReason',
      'a colour by hand and its reason go together',
    );
  requireAhead(measure);
  requireDecimals(target, '/target');
  if (
    colourRule === 'forecast' &&
    (measure.unit !== 'number' || counting === 'average' || counting === 'running')
  )
    throw badField(
      '/colourRule',
      'found "forecast"; allowed of numbers that add up, or of different councils',
    );
  if (NOT[source]?.includes(counting))
    throw badField('/counting', 'found "distinct"; days are added up, or a running count');
  if (counting === 'average' && !MEANS.includes(source))
    throw badField('/counting', `found "average"; allowed of ${MEANS.join(', ')}`);
  // What people enter by hand may be a mean that is to grow.
  if (counting === 'average' && source !== 'by_hand' && (colourRule === 'line' || colourRule === 'season'))
    throw badField(
      '/colourRule',
      `found "${colourRule}"; a mean does not grow with the year, so allowed: delivery, budget or by_hand`,
    );
  if (direction === 'up_to' && REACHING.includes(colourRule))
    throw badField(
      '/colourRule',
      `found "${colourRule}", which asks how much is reached; a target of at most so many goes by delivery, spending, budget or by_hand; “up to” so many as an aim is “aim”`,
    );
  if (target !== null && targetWords !== '')
    throw badField('/targetWords', 'found a target in figures and one in words; allowed: one of them');
  if (measure.progress !== null && targetWords === '')
    throw badField('/progress', 'how far it has come is said of a target in words');
  if (measure.partOf === measure.key) throw badField('/partOf', 'a measure is no part of itself');
}

function requireAhead({ source, confirmed, inDiscussion, together }: Fitting): void {
  const said = { confirmed, inDiscussion, together };
  for (const [field, value] of Object.entries(said)) requireDecimals(value, `/${field}`);
  const [first] = Object.entries(said).flatMap(([field, value]) => (value === null ? [] : [field]));
  if (source !== 'by_hand' && first) throw badField(`/${first}`, 'is counted by the service');
  if (together !== null && (confirmed !== null || inDiscussion !== null))
    throw badField('/together', 'confirmed and in discussion are one figure or two, not both');
}
