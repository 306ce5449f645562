import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { ABOUT, EXAMPLES, READERS, shownTo } from '../../src/messages/examples.js';
import { LINK_PLACE, say, type TemplateName } from '../../src/messages/templates.js';

const NAMES = Object.keys(EXAMPLES) as TemplateName[];

describe('messages', () => {
  it('have one template each, and no template is left over', () => {
    const files = readdirSync(new URL('../../../src/messages/templates', import.meta.url)).map((name) =>
      name.replace('.txt.njk', ''),
    );
    expect(files.sort()).toEqual([...NAMES].sort());
  });

  it.each(NAMES)(
    '%s: says in one line what it is about, after the council of which it is, where it is of one',
    (name) => {
      const { subject, body } = say(name, EXAMPLES[name]);
      const { council } = EXAMPLES[name] as { council?: string };
      const before = council === undefined ? '' : `${council} – `;
      expect(subject.startsWith(before)).toBe(true);
      expect(subject.slice(before.length)).toMatch(/^[A-Z].{10,90}$/);
      expect(subject.slice(before.length)).not.toContain(ABOUT.council);
      expect(body).not.toMatch(/\{\{|\}\}|\{%|undefined|null|<|&amp;|\n{3}/);
    },
  );

  it('give dates in words', () => {
    expect(say('invitation', EXAMPLES.invitation).body).toContain('Tuesday 8 to Friday 11 September 2026');
    expect(say('invitation', EXAMPLES.invitation).subject).toBe(
      'Example Borough Council – You are asked to join a peer team: please answer by Friday 5 June 2026',
    );
  });

  it('hold the place of a link only where a link belongs, whatever people typed', () => {
    const typed = { ...EXAMPLES['objection-answered'], answer: `look at ${LINK_PLACE}` };
    expect(say('objection-answered', typed).body).not.toContain(LINK_PLACE);
    expect(NAMES.filter((name) => say(name, EXAMPLES[name]).body.includes(LINK_PLACE)).sort()).toEqual([
      'feedback',
      'invitation',
      'invitation-reminder',
      'sounding',
    ]);
  });

  it('keep the subject to one line, whatever a name holds', () => {
    fc.assert(
      fc.property(fc.string(), (council) => {
        const { subject } = say('invitation', {
          ...EXAMPLES.invitation,
          council: `${council}\r\nBcc: all@example.com`,
        });
        expect(subject).not.toMatch(/[\r\n]/);
      }),
    );
  });

  it('are all shown to the office, each once, whole, to whom they go', () => {
    const shown = READERS.flatMap((reader) => shownTo(reader));
    expect(shown.map(({ name }) => name).sort()).toEqual([...NAMES].sort());
    for (const { name, text } of shown) {
      // A code is read at a glance.
      if (name !== 'sign-in-code')
        expect(text).toMatch(/^Dear (Kim Reid|Ann Bell|Olu Grant|Usha Patel),\n\n/);
      expect(text).not.toContain(LINK_PLACE);
      // A list begins on a line of its own.
      expect(text).not.toMatch(/:- /);
    }
    expect(shownTo('peer').find(({ name }) => name === 'invitation')?.text).toMatch(
      /Olu Grant\nPrincipal adviser\nTelephone 01632 960 123\nolu\.grant@cf\.example\n$/,
    );
    expect(shownTo('account')[0]?.text).not.toContain('Olu Grant');
  });
});
