import type { Response } from 'express';
import fc from 'fast-check';
import { pageOf, sortOf, textOf } from '../../src/web/lists.js';
import { cursorOf, limitOf, page, readCursor } from '../../src/web/paging.js';

/** Cuts a page from a list, as a controller does, and gives the link to the next. */
function cut(rows: number[], query: { limit?: number; after?: string; state?: string }) {
  const headers = new Map<string, string>();
  const response = { setHeader: (name: string, value: string) => headers.set(name, value) };
  const shown = page(response as unknown as Response, '/api/things', query, rows, (last) =>
    cursorOf(String(last)),
  );
  return { shown, link: headers.get('Link') };
}

describe('a cursor', () => {
  it('gives back the keys that it was made of, and can stand in an address', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 3 }), (keys) => {
        const cursor = cursorOf(...keys);
        expect(readCursor(cursor, keys.length)).toEqual(keys);
        expect(encodeURIComponent(cursor)).toBe(cursor);
      }),
    );
  });

  it('is none where none was given', () => {
    expect(readCursor(undefined, 2)).toBeNull();
  });

  it.each([
    ['made up', 'abc'],
    ['of another list', cursorOf('one')],
    ['of numbers', Buffer.from('[1,2]').toString('base64url')],
    ['of an object', Buffer.from('{"0":"a","1":"b","length":2}').toString('base64url')],
    ['empty', ''],
  ])('that is %s is refused', (_, cursor) => {
    expect(() => readCursor(cursor, 2)).toThrow('The cursor is not one of ours.');
  });
});

describe('a page of the API', () => {
  it('has 50 rows unless told', () => {
    expect([limitOf({}), limitOf({ limit: 3 })]).toEqual([50, 3]);
  });

  it('links the next one where there is more, with what was asked for and no more than that', () => {
    expect(cut([1, 2, 3], { limit: 2, state: 'open' })).toEqual({
      shown: [1, 2],
      link: `</api/things?limit=2&state=open&after=${cursorOf('2')}>; rel="next"`,
    });
  });

  it('links none where this is the last, also where it is just full', () => {
    expect(cut([1, 2], { limit: 2 })).toEqual({ shown: [1, 2], link: undefined });
    expect(cut([], {})).toEqual({ shown: [], link: undefined });
  });

  it('goes on after its last row instead of where it began', () => {
    const { link = '' } = cut([4, 5, 6], { limit: 2, after: cursorOf('3') });
    const [, next = ''] = /<([^>]+)>/.exec(link) ?? [];
    expect(new URLSearchParams(next.split('?')[1]).getAll('after')).toEqual([cursorOf('5')]);
  });
});

describe('a list on a page', () => {
  it.each([
    ['1', 1],
    ['3', 3],
    ['1000', 1000],
    ['1001', 1],
    ['0', 1],
    ['-1', 1],
    ['1.5', 1],
    ['x', 1],
    [undefined, 1],
    [['2', '3'], 1],
  ])('asked for as %j is page %s', (asked, shown) => {
    expect(pageOf({ page: asked })).toEqual({ page: shown, skip: (shown - 1) * 50, take: 50 });
  });

  it('is looked through by a text of 100 characters at most, and by nothing that is no text', () => {
    expect([textOf('  Kent '), textOf(['Kent']), textOf(undefined)]).toEqual(['Kent', '', '']);
    expect(textOf('x'.repeat(101))).toHaveLength(100);
  });

  it('is sorted by columns that it has, else as usual', () => {
    const sorts = { name: 'name', days: 'days' };
    expect(
      ['days', 'age', 'toString', ['name'], undefined].map((sort) => sortOf({ sort }, sorts, 'name')),
    ).toEqual(['days', 'name', 'name', 'name', 'name']);
  });
});
