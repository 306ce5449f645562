import { REGIONS } from '../../councils/regions.js';
import { notFound } from '../../web/problems.js';

/** A region in an address: "yorkshire-and-the-humber". */
export const slugOf = (region: string): string => region.toLowerCase().replaceAll(' ', '-');

/** The region of an address. Throws a 404 for none. */
export function regionOf(slug: string): string {
  const found = REGIONS.find((region) => slugOf(region) === slug);
  if (!found) throw notFound('region');
  return found;
}
