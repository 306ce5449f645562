import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Request, Response } from 'express';
import nunjucks from 'nunjucks';
import {
  inWords,
  sayDay,
  sayDays,
  sayMoment,
  sayMonth,
  sayPlainDay,
  sayShortDay,
} from '../calendar/phrases.js';
import { isCivilDate, londonDate } from '../calendar/dates.js';
import { programmeYearName } from '../calendar/programme-year.js';
import { amount, councilType, signed, thousands, withinSentence } from '../english/words.js';
import type { PageError, PageModel } from './pages.js';
import { paths } from './paths.js';

const GOVUK = dirname(fileURLToPath(import.meta.resolve('govuk-frontend/package.json')));
const SOURCE = fileURLToPath(new URL('../', import.meta.url));
const FONTS = 'system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif';

/** A file that pages refer to; its address holds a hash of it, so that it may be kept for ever. */
export interface Asset {
  path: string;
  type: string;
  content: Buffer;
}

const own = (name: string): string => readFileSync(new URL(`./assets/${name}`, import.meta.url), 'utf8');
const govuk = (name: string): string => readFileSync(join(GOVUK, 'dist/govuk', name), 'utf8');

/** GOV.UK's styles without its font, which is for its own pages only, and ours after them. */
function styles(): string {
  const theirs = govuk('govuk-frontend.min.css')
    .replace(/@font-face\{[^}]*\}/g, '')
    .replaceAll('GDS Transport,arial,sans-serif', FONTS)
    .replace(/\/\*#.*\*\//, '');
  return theirs + own('pages.css');
}

function asset(name: string, type: string, text: string): Asset {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12);
  return { path: `/assets/${hash}-${name}`, type, content: Buffer.from(text) };
}

export const STYLES = asset('pages.css', 'text/css', styles());
const LIBRARY = asset(
  'govuk.js',
  'text/javascript',
  govuk('govuk-frontend.min.js').replace(/\/\/# sourceMappingURL.*/, ''),
);
const SCRIPT = asset('pages.js', 'text/javascript', own('pages.js').replace('govuk.js', LIBRARY.path));
const MARK = asset('mark.svg', 'image/svg+xml', own('mark.svg'));
export const ASSETS = [STYLES, LIBRARY, SCRIPT, MARK];

/** Where there is little room: "Lewisham" for the London Borough of Lewisham, "Norfolk" for Norfolk County Council. */
const shortCouncil = (name: string): string =>
  name
    .replace(/^(?:(?:London |Royal )?Borough|Borough Council|Council|City) of (?:the )?(?!London )/, '')
    .replace(/ (?:(?:Metropolitan )?(?:Borough|District)|City|County)? ?Council$/, '');

/** What every page shows besides its own: filled by whoever knows who is signed in. */
export interface Surroundings {
  person: { name: string; role: string } | null;
  /** Sections by their first page, with all of their pages. */
  navigation: { text: string; href: string; pages: { text: string; href: string }[] }[];
  /** Whether whoever is signed in may look for names. */
  finds: boolean;
  example: boolean;
  /** Whether messages and jobs are held back in a restored copy, and this is a page of staff. */
  restoredCopy: boolean;
  csrf: string;
}

/** Templates, compiled once for the process, with what all of them may use. */
const TEMPLATES = templates();

function templates(): nunjucks.Environment {
  const loader = new nunjucks.FileSystemLoader([SOURCE, join(GOVUK, 'dist')], { noCache: false });
  const environment = new nunjucks.Environment(loader, {
    autoescape: true,
    trimBlocks: true,
    lstripBlocks: true,
  });
  const filters = {
    ...{ day: sayDay, shortDay: sayShortDay, month: sayMonth, moment: sayMoment },
    // What a telephone dials: no zero in brackets, no extension.
    dial: (telephone: string) =>
      telephone
        .replace('(0)', '')
        .replace(/(ext|x).*/i, '')
        .replace(/[^\d+]/g, ''),
    // What is no day stays as it was typed.
    plainDay: (text: unknown) => (isCivilDate(text) ? sayPlainDay(text) : text),
    instantDay: (instant: Date | string) => sayDay(londonDate(new Date(instant))),
    lastMoment: (instant: Date | string) => sayDay(londonDate(new Date(new Date(instant).getTime() - 1))),
    ...{ councilType, signed, inWords, shortCouncil, thousands, within: withinSentence },
  };
  for (const [name, filter] of Object.entries(filters)) environment.addFilter(name, filter);
  const assets = { styles: STYLES.path, script: SCRIPT.path, mark: MARK.path };
  const globals = { amount, days: sayDays, yearName: programmeYearName, paths, assets, faultAt };
  for (const [name, value] of Object.entries(globals)) environment.addGlobal(name, value);
  return environment;
}

/** Renders templates with what all pages share. */
export class Views {
  constructor(private readonly surroundings: (request: Request, response: Response) => Surroundings) {}

  render(view: string, model: PageModel, request: Request, response: Response): string {
    const { errors = [], ...rest } = model;
    const around = this.surroundings(request, response);
    const { path } = request;
    const section = around.navigation.find(
      ({ href, pages }) => href === path || pages.some((page) => page.href === path),
    );
    const navigation = around.navigation.map(({ text, href }) => ({
      text,
      href,
      active: href === section?.href,
    }));
    return TEMPLATES.render(view, { ...rest, errors, ...around, navigation, section, path });
  }
}

/** The message of a field as the components take it. */
function faultAt(errors: PageError[], field: string): { text: string } | false {
  const fault = errors.find((one) => one.field === field);
  return fault ? { text: fault.text } : false;
}
