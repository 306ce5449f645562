import { isRecordedDate } from '../calendar/dates.js';
import { sayDay } from '../calendar/phrases.js';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** 8/9/2026 */
const BY_NUMBERS = /^(\d{1,2})\/(\d{1,2})\/(\d{4}|\d{2})$/;
/** 8 Sep 2026, 8-Sep-26, 8 September 2026 */
const BY_NAME = /^(\d{1,2})[ -]([a-z]{3,9})[ -](\d{4}|\d{2})$/i;
/** 2026-09-08 00:00:00, the midnight that a spreadsheet adds */
const WITH_MIDNIGHT = /^(\d{4}-\d{2}-\d{2})[ T]00:00(?::00(?:\.0+)?)?$/;
const AT_MIDNIGHT = /[ T]00:00(?::00)?$/;

/** Whether a text is a date written with its day first and its month as a number, of which Americans would think otherwise. */
export const isDayFirst = (text: string): boolean => BY_NUMBERS.test(text.replace(AT_MIDNIGHT, ''));

/**
 * A day as offices in this country write it and Excel saves it, as YYYY-MM-DD: day first, two digits of a year from 1950 to 2049. Null for
 * anything else, and for a day that does not exist.
 */
export function readBritishDate(text: string): string | null {
  const midnight = WITH_MIDNIGHT.exec(text)?.[1];
  const day = midnight ?? dayOf(text.replace(AT_MIDNIGHT, ''));
  return isRecordedDate(day) ? day : null;
}

const WEEKDAY = /^(mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs|ur)?(?:day)?\b[,.]?/;

/**
 * A day as people type it into a form, as YYYY-MM-DD: 30/6/2027, 30.6.27, 30 6 2027, 30 June 2027, Wednesday 30th June 2027, the 30th of June 2027,
 * June 30 2027 or 2027-06-30. Null for anything else, for a day that does not exist, and for one that is another weekday than was typed.
 */
export function readTypedDay(text: string): string | null {
  const lower = text.trim().toLowerCase();
  const [named, name = ''] = WEEKDAY.exec(lower) ?? [''];
  const rest = lower.slice(named.length).replace(/(\d)(?:st|nd|rd|th)\b/, '$1');
  const [a = '', b = '', c = '', ...more] = rest
    .split(/[\s,./-]+/)
    .filter((word) => word !== '' && word !== 'of');
  if (more.length > 0) return null;
  const [day, month, year] = /^\d{4}$/.test(a) ? [c, b, a] : /^[a-z]/.test(a) ? [b, a, c] : [a, b, c];
  const found = dayOf([day, month, year].join(/^[a-z]/.test(month) ? ' ' : '/'));
  if (!isRecordedDate(found)) return null;
  return sayDay(found).toLowerCase().startsWith(name) ? found : null;
}

function dayOf(text: string): string | null {
  const [, day, month, year] = BY_NUMBERS.exec(text) ?? BY_NAME.exec(text) ?? [];
  if (day === undefined || month === undefined || year === undefined) return null;
  const number = /^\d/.test(month) ? Number(month) : monthOf(month);
  const full = year.length === 4 ? year : `${Number(year) < 50 ? '20' : '19'}${year}`;
  return number === null ? null : `${full}-${String(number).padStart(2, '0')}-${day.padStart(2, '0')}`;
}

/** "sep", "sept" and "september", but not "septimus". */
function monthOf(word: string): number | null {
  const text = word.toLowerCase();
  const at = MONTHS.indexOf(text.slice(0, 3));
  const full = new Date(Date.UTC(2024, at, 1)).toLocaleDateString('en-GB', {
    month: 'long',
    timeZone: 'UTC',
  });
  return at >= 0 && full.toLowerCase().startsWith(text.replace(/^sept$/, 'sep')) ? at + 1 : null;
}
