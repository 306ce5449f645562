import fc from 'fast-check';
import { htmlOf, letter } from '../../src/messages/letter.js';

const ADVISER = {
  role: 'Principal adviser' as const,
  name: 'Owen Pearce',
  email: 'owen@lga.example',
  telephone: '0117 496 0123',
  standsInFor: null,
};
const ANN = { name: 'Ann Bell', isStaff: false };

describe('a letter', () => {
  it('greets its reader by name, and is signed by the person whom they can ask', () => {
    expect(letter('The team is complete.\n', ANN, ADVISER)).toBe(
      'Dear Ann Bell,\n\nThe team is complete.\n\nOwen Pearce\nPrincipal adviser\nTelephone 0117 496 0123\nowen@lga.example\n',
    );
  });

  it('gives no number where there is none', () => {
    expect(letter('x', ANN, { ...ADVISER, telephone: null })).toMatch(
      /Principal adviser\nowen@lga\.example\n$/,
    );
  });

  it('says for whom somebody else signs', () => {
    expect(letter('x', ANN, { ...ADVISER, standsInFor: 'Nadia Shah' })).toContain(
      'Owen Pearce\nPrincipal adviser, for Nadia Shah\n',
    );
  });

  it('comes from the programme office where nobody runs what it is about, and greets a stranger without a name', () => {
    expect(letter('x', { name: null, isStaff: false }, null)).toBe(
      'Hello,\n\nx\n\nThe programme office\nCritical Friend\n',
    );
  });

  it('is to staff from the service, whoever runs the challenge', () => {
    expect(letter('x', { name: 'Owen Pearce', isStaff: true }, ADVISER)).toBe(
      'Dear Owen Pearce,\n\nx\n\nCritical Friend\n',
    );
  });
});

describe('the same as HTML', () => {
  const shown = (html: string): string =>
    html
      .replace(/<br>/g, '\n')
      .replace(/<[^>]*>/g, ' ')
      .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));

  it('has paragraphs, lists and links', () => {
    const html = htmlOf(
      'Dear Ann,\n\nDates:\n\n- one\n- two\n\nSee https://cf.example/i/abc.\n\nOwen\nAdviser\n',
    );
    expect(html).toContain('<p>Dear Ann,</p>');
    expect(html).toContain('<ul><li>one</li><li>two</li></ul>');
    expect(html).toContain('See <a href="https://cf.example/i/abc">https://cf.example/i/abc</a>.');
    expect(html).toContain('<p>Owen<br>Adviser</p>');
  });

  it('says every word of it and no mark that somebody typed', () => {
    const typed = fc.array(
      fc.oneof(
        fc.string(),
        fc.constantFrom('<b>', '&amp;', '"', '\n', '\n\n', '- ', 'https://x.example/?a=1&b=<'),
      ),
    );
    fc.assert(
      fc.property(typed, (parts) => {
        const text = parts.join(' ');
        const html = htmlOf(text);
        const words = (said: string): string => said.replace(/[\s-]+/g, '');
        expect(words(shown(html))).toBe(words(text));
        expect(html.match(/<(?!\/?(html|body|p|ul|li|a|br|!doctype)\b)/g)).toBeNull();
      }),
    );
  });
});
