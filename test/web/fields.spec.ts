import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { fieldErrors } from '../../src/web/field-errors.js';
import {
  Choice,
  Day,
  Decimal,
  Email,
  Flag,
  Int,
  Ints,
  Levels,
  Link,
  Many,
  Names,
  One,
  QueryInt,
  Text,
  Texts,
  Uuid,
  Uuids,
} from '../../src/web/fields.js';
import { CHECKED } from '../../src/web/forms.js';

class Inner {
  @Text({ max: 3 }) word: string;
}

class Body {
  @Text({ optional: true, max: 5, min: 2 }) text?: string;
  @Text({ optional: true, pattern: /^\d+$/ }) digits?: string;
  @Email({ optional: true }) email?: string;
  @Int({ optional: true, min: 1, max: 3 }) int?: number;
  @QueryInt({ optional: true, min: 1, max: 3 }) query?: number;
  @Decimal({ optional: true, min: 0, max: 1 }) share?: number;
  @Flag({ optional: true }) flag?: boolean;
  @Uuid({ optional: true }) id?: string;
  @Uuids({ optional: true }) ids?: string[];
  @Link({ optional: true }) link?: string;
  @Day({ optional: true }) day?: string;
  @Day({ optional: true, nullable: true }) end?: string | null;
  @Choice(['yes', 'no'], { optional: true }) choice?: string;
  @Texts({ optional: true, max: 2 }) texts?: string[];
  @Texts({ optional: true, of: ['a', 'b'] }) some?: string[];
  @Ints({ optional: true, min: 1, max: 9, most: 2 }) ints?: number[];
  @Levels({ optional: true, min: 1, max: 5 }) levels?: Record<string, number>;
  @Names({ optional: true }) names?: Record<string, string | null>;
  @One(() => Inner, { optional: true }) one?: Inner;
  @Many(() => Inner, { optional: true, max: 2 }) many?: Inner[];
}

const faultsOf = (body: object): string[] =>
  fieldErrors(validateSync(plainToInstance(Body, body), CHECKED)).map(({ pointer }) => pointer);

const ID = '0c1f6f5e-6a54-4f0a-9d8e-1f2a3b4c5d6e';

describe('a field takes', () => {
  it.each<object>([
    {},
    { text: 'ab' },
    { text: 'abcde' },
    { text: 'a\nb' },
    { digits: '007' },
    { email: 'ann.o’neil@council.gov.uk'.replace('’', "'") },
    { int: 1 },
    { int: 3 },
    { query: '2' },
    { share: 0.5 },
    { flag: false },
    { id: ID },
    { ids: [] },
    { ids: [ID] },
    { link: 'http://intranet/report' },
    { link: 'https://council.gov.uk/a?b=c' },
    { day: '1900-01-01' },
    { day: '2028-02-29' },
    { end: null },
    { choice: 'no' },
    { texts: ['x', 'y'] },
    { some: ['a', 'b', 'a'] },
    { ints: [1, 9] },
    { levels: { finance: 5 } },
    { names: { 'lead-member': null, officer: 'x' } },
    { one: { word: 'abc' } },
    { many: [{ word: 'a' }, { word: 'b' }] },
  ])('%j', (body) => {
    expect(faultsOf(body)).toEqual([]);
  });
});

describe('a field refuses, and is named by its place,', () => {
  it.each<[object, string]>([
    [{ text: 'a' }, '/text'],
    [{ text: 'abcdef' }, '/text'],
    [{ text: 'a\u0000b' }, '/text'],
    [{ text: 'a\u001bb' }, '/text'],
    [{ text: null }, '/text'],
    [{ text: 12 }, '/text'],
    [{ digits: '7a' }, '/digits'],
    [{ email: 'nobody' }, '/email'],
    [{ email: `${'x'.repeat(250)}@y.uk` }, '/email'],
    [{ int: 0 }, '/int'],
    [{ int: 4 }, '/int'],
    [{ int: 1.5 }, '/int'],
    [{ int: '1' }, '/int'],
    [{ query: '1x' }, '/query'],
    [{ query: '' }, '/query'],
    [{ share: 1.01 }, '/share'],
    [{ share: Number.NaN }, '/share'],
    [{ flag: 'false' }, '/flag'],
    [{ id: 'x' }, '/id'],
    [{ ids: [ID, 'x'] }, '/ids'],
    [{ ids: Array.from({ length: 501 }, () => ID) }, '/ids'],
    [{ link: 'javascript:alert(1)' }, '/link'],
    [{ link: 'council.gov.uk' }, '/link'],
    [{ link: `https://council.gov.uk/${'x'.repeat(1000)}` }, '/link'],
    [{ day: '2027-02-29' }, '/day'],
    [{ day: '1899-12-31' }, '/day'],
    [{ day: '2027-06-08T00:00:00Z' }, '/day'],
    [{ day: null }, '/day'],
    [{ end: 'never' }, '/end'],
    [{ choice: 'Yes' }, '/choice'],
    [{ texts: ['x', 'y', 'z'] }, '/texts'],
    [{ texts: ['x'.repeat(201)] }, '/texts'],
    [{ texts: 'x' }, '/texts'],
    [{ some: ['c'] }, '/some'],
    [{ ints: [0] }, '/ints'],
    [{ ints: [1, 2, 3] }, '/ints'],
    [{ levels: { finance: 6 } }, '/levels'],
    [{ levels: [1] }, '/levels'],
    [{ names: { officer: 1 } }, '/names'],
    [{ one: { word: 'abcd' } }, '/one/word'],
    [{ one: 'abc' }, '/one'],
    [{ many: [{ word: 'a' }, { word: 'abcd' }] }, '/many/1/word'],
    [{ many: [{}, {}, {}] }, '/many'],
    [{ one: { word: 'a', 'x/y~z': 1 } }, '/one/x~1y~0z'],
    [{ unknown: 1 }, '/unknown'],
  ])('%j', (body, pointer) => {
    expect(faultsOf(body)).toContain(pointer);
  });
});
