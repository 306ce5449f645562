import { NotFoundException, type ArgumentsHost } from '@nestjs/common';
import { pino } from 'pino';
import {
  QueryFailedError,
  QueryRunnerAlreadyReleasedError,
  QueryRunnerProviderAlreadyReleasedError,
} from 'typeorm';
import { BadInput } from '../../src/matching/files/reader.js';
import { ProblemFilter } from '../../src/web/problem.filter.js';
import { conflict, notFound } from '../../src/web/problems.js';
import type { Views } from '../../src/web/views.js';

interface Told {
  status: number;
  type: string;
  body: Record<string, unknown>;
  redirect: string | null;
  page: Record<string, unknown> | null;
  log: Record<string, unknown>[];
}

/** What becomes of something thrown while a path was asked for. */
function told(error: unknown, path = '/api/things', method = 'GET'): Told {
  const result: Told = { status: 0, type: '', body: {}, redirect: null, page: null, log: [] };
  const log = pino({ level: 'info' }, { write: (line) => result.log.push(JSON.parse(line) as never) });
  const response = {
    headersSent: false,
    setHeader: () => response,
    status: (status: number) => ((result.status = status), response),
    type: (type: string) => ((result.type = type), response),
    send: (text: string) => {
      if (result.type !== 'html') result.body = JSON.parse(text) as Record<string, unknown>;
    },
    redirect: (status: number, to: string) => {
      result.status = status;
      result.redirect = to;
    },
  };
  const views = { render: (_: string, model: Record<string, unknown>) => ((result.page = model), '') };
  const request = { path, method, originalUrl: `${path}?a=1`, id: 'f00d' };
  const host = { switchToHttp: () => ({ getRequest: () => request, getResponse: () => response }) };
  const refusals = { one_peer_a_day: ['double-booked', 'The peer is booked in these days.'] as const };
  new ProblemFilter(log, views as unknown as Views, { refusals, methodsOf: () => [] }).catch(
    error,
    host as unknown as ArgumentsHost,
  );
  return result;
}

const ofDatabase = (driver: object): QueryFailedError =>
  new QueryFailedError('SELECT secret FROM peers', [], Object.assign(new Error('boom'), driver));

describe('what is thrown is told as a problem', () => {
  it('with its type, its title, what to do, and the request that it is about', () => {
    const { status, type, body } = told(conflict('cap-reached', 'Choose another peer.'));
    expect([status, type]).toEqual([409, 'application/problem+json']);
    expect(body).toEqual({
      type: 'urn:critical-friend:problem:cap-reached',
      title: 'Conflict',
      status: 409,
      detail: 'Choose another peer.',
      instance: 'urn:uuid:f00d',
    });
  });

  it('with what was found and what is allowed where a file or a form is at fault', () => {
    const { status, body } = told(
      new BadInput([{ path: '/skills/0/id', found: '"A"', allowed: 'small letters' }]),
    );
    expect([status, body.errors]).toEqual([
      400,
      [{ pointer: '/skills/0/id', detail: 'found "A"; allowed: small letters' }],
    ]);
  });

  it.each([
    [
      'a constraint with words of its own',
      { code: '23P01', constraint: 'one_peer_a_day' },
      409,
      'double-booked',
    ],
    ['what is there already', { code: '23505', constraint: 'other' }, 409, 'duplicate'],
    ['what is not there', { code: '23503' }, 409, 'reference'],
    ['a NUL', { code: '22021' }, 400, 'bad-input'],
    ['a NUL in JSON', { code: '22P05' }, 400, 'bad-input'],
    ['two that wait for each other', { code: '40P01' }, 503, 'busy'],
    ['a clash', { code: '40001' }, 503, 'busy'],
    ['a lock that does not come', { code: '55P03' }, 503, 'busy'],
    ['a database that shuts down', { code: '57P01' }, 503, 'database-away'],
    ['a connection that breaks', { code: '08006' }, 503, 'database-away'],
    ['a mistake of ours in SQL', { code: '42703' }, 500, 'fault'],
  ])('of the database: %s', (_, driver, status, type) => {
    const answer = told(ofDatabase(driver));
    expect([answer.status, answer.body.type]).toEqual([status, `urn:critical-friend:problem:${type}`]);
    expect(JSON.stringify(answer)).not.toMatch(/secret|boom/);
  });

  it.each([
    ['refuses', Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:5432'), { code: 'ECONNREFUSED' })],
    ['breaks off', new Error('Connection terminated unexpectedly')],
    ['does not answer', new Error('timeout exceeded when trying to connect')],
    ['is not there yet', new Error('Driver not Connected')],
    [
      'went in the middle of a query',
      new Error('Client has encountered a connection error and is not queryable'),
    ],
    ['took the transaction with it', new QueryRunnerAlreadyReleasedError()],
    ['took the connection with it', new QueryRunnerProviderAlreadyReleasedError()],
  ])('of a database that %s, without its address', (_, error) => {
    const answer = told(error);
    expect([answer.status, answer.body.type]).toEqual([503, 'urn:critical-friend:problem:database-away']);
    expect(JSON.stringify(answer)).not.toContain('10.0.0.7');
  });

  it('of the framework, and of what reads the body', () => {
    const nothing = told(new NotFoundException('Cannot GET /api/x'));
    expect([nothing.status, nothing.body.detail]).toEqual([
      404,
      'There is nothing at this address. If it was typed, check it for slips.',
    ]);
    const large = Object.assign(new Error('request entity too large'), { status: 413, expose: true });
    expect([told(large).status, told(large).body.title, told(large).body.detail]).toEqual([
      ...[413, 'Too large', 'What was sent is too large to be read. Send it in parts.'],
    ]);
    const hidden = Object.assign(new Error('inner words'), { status: 400, expose: false });
    expect(told(hidden).body.detail).toBe('The request could not be read.');
  });
});

describe('where a connection broke', () => {
  it('nobody is told that nothing was changed, since nobody knows', () => {
    for (const error of [ofDatabase({ code: '57P01' }), new Error('Connection terminated unexpectedly')]) {
      const { detail } = told(error).body as { detail: string };
      expect(detail).not.toContain('nothing was changed');
      expect(detail).toContain('look whether it has arrived before you send it again');
    }
  });
});

describe('a fault of ours', () => {
  const fault = told(new TypeError('the name of Ann Smith is not iterable'));

  it('is told without what it says, under the id by which it is found', () => {
    expect([fault.status, fault.body.detail]).toEqual([
      500,
      'Something went wrong on our side; it was logged under the id given as instance.',
    ]);
  });

  it('is logged by its kind and its frames, never by what a person typed', () => {
    const [line] = fault.log;
    expect(line).toMatchObject({ request: 'f00d', err: { name: 'TypeError' } });
    expect(JSON.stringify(line)).not.toContain('Ann Smith');
    expect(JSON.stringify(line)).toContain('problem-filter.spec');
  });

  it('is logged also where it is no error at all, and a refusal is not', () => {
    expect(told('just a text').log).toMatchObject([{ err: { name: 'string', stack: [] } }]);
    expect(told(notFound('peer')).log).toEqual([]);
  });
});

describe('on a page', () => {
  it('who is not signed in is asked to, and comes back to what they read, not to what they sent', () => {
    const unknown = Object.assign(conflict('x', 'Sign in first.'), { status: 401 });
    expect(told(unknown, '/peers').redirect).toBe('/sign-in?next=%2Fpeers%3Fa%3D1');
    expect(told(unknown, '/peers', 'POST').redirect).toBe('/sign-in?next=%2F');
  });

  it.each([
    [notFound('peer'), 404, 'Page not found'],
    [conflict('wrong-state', 'Too late.'), 409, 'This is not possible now'],
    [conflict('dead-link', 'It was used.'), 409, 'This link does not work'],
    [ofDatabase({ code: '57P01' }), 503, 'Sorry, the service is not available'],
    [new Error('x'), 500, 'Sorry, something went wrong'],
  ])('a reader is told in words, with a way on', (error, status, title) => {
    const { page, status: answered } = told(error, '/peers/1');
    expect([answered, page?.title]).toEqual([status, title]);
    expect(page?.links).toEqual([{ href: '/', text: 'Go to the start page' }]);
  });

  it('a fault names the id to ask about, a refusal does not', () => {
    const paragraphs = (error: unknown): string =>
      (told(error, '/peers').page?.paragraphs as string[]).join();
    expect(paragraphs(new Error('x'))).toContain('It is logged under f00d.');
    expect(paragraphs(notFound('peer'))).toBe('There is no such peer, or it is not yours to see.');
  });
});
