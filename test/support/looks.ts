/** What is wrong with the looks and words of the page in the browser that runs this, each fault in words. It is given to a page as it stands. */
export function looksFaults(): string[] {
  /** A word of so many letters fits anywhere. */
  const WHOLE = 12;
  const faults: string[] = [];
  const styleOf = (element: Element): CSSStyleDeclaration => getComputedStyle(element);
  const above = (element: Element): Element[] => {
    const all: Element[] = [];
    for (let one: Element | null = element; one && one !== document.body; one = one.parentElement)
      all.push(one);
    return all;
  };

  /** For screen readers alone, or of what is folded away. */
  const isHidden = (element: Element): boolean =>
    !element.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true }) ||
    above(element).some((one) => {
      const { position, clipPath, overflow } = styleOf(one);
      const { width, height } = one.getBoundingClientRect();
      return (
        (position === 'absolute' && clipPath !== 'none') ||
        (overflow === 'hidden' && (width <= 1 || height <= 1))
      );
    });
  /** What stays in sight while one scrolls lies over the rest, and is meant to. */
  const isFloating = (element: Element): boolean =>
    above(element).some((one) => ['sticky', 'fixed'].includes(styleOf(one).position));

  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) faults.push(`it is ${String(root.scrollWidth)} px wide`);
  const heads = document.querySelectorAll('h1').length;
  if (heads !== 1) faults.push(`it has ${String(heads)} first headings`);

  const fonts = new Map<string, string>();
  const boxes: { box: DOMRect; text: string; element: Element }[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const [text, element] = [(node.textContent ?? '').trim(), node.parentElement];
    if (text === '' || !element || ['SCRIPT', 'STYLE', 'TITLE'].includes(element.tagName)) continue;
    if (isHidden(element)) continue;
    fonts.set(styleOf(element).fontFamily, text.slice(0, 40));
    const range = document.createRange();
    range.selectNodeContents(node);
    const whole = range.getBoundingClientRect();
    for (const one of above(element)) {
      const { left, right } = one.getBoundingClientRect();
      const isCut = whole.right > right + 1 || whole.left < left - 1;
      if (isCut && ['hidden', 'clip'].includes(styleOf(one).overflowX))
        faults.push(`“${text.slice(0, 40)}” is cut off`);
    }
    const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
    if (lines > 1 && text.length <= WHOLE && !/[\s-]/.test(text)) faults.push(`“${text}” is broken`);
    if (!isFloating(element))
      for (const box of range.getClientRects())
        if (box.width > 1 && box.height > 1) boxes.push({ box, text: text.slice(0, 40), element });
  }
  if (fonts.size > 1) faults.push(`it has several fonts: ${[...fonts.values()].join(', ')}`);

  boxes.sort((one, other) => one.box.top - other.box.top);
  boxes.forEach(({ box, text, element }, index) => {
    for (let at = index + 1; at < boxes.length; at++) {
      const other = boxes[at];
      if (!other || other.box.top > box.bottom - 4) break;
      const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
      const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
      if (across > 2 && down > 4 && other.element !== element)
        faults.push(`“${text}” lies over “${other.text}”`);
    }
  });
  return [...new Set(faults)];
}

/** Words that no page says, each with what they are. */
const NEVER: [what: string, pattern: RegExp][] = [
  ['a day as machines write it', /\b\d{4}-\d{2}-\d{2}\b/g],
  ['an id', /\b[0-9a-f]{8}-[0-9a-f]{4}-/g],
  ['a value that is none', /\b(?:undefined|null|NaN)\b|\[object/g],
  ['a raw state', /\b[a-z]+_[a-z_]+\b/g],
  ['a name of code', /\b[a-z]+[a-z][A-Z][a-z]+\b/g],
  ['two full stops', /\.\.(?!\.)|[,;]\s?[,;.]|\(\)| ,/g],
  ['one of several', /(?<![\d,.£/–-])\b1 (?!of |is |was |has |less\b|across\b)[a-z]+s\b/g],
  ['kilometres', /\bkm\b/g],
];

/** What is wrong with the words of a page. Addresses and what stands as code are left out. */
export function wordFaults(text: string): string[] {
  const plain = text.replace(/https?:\/\/\S+|\S+@\S+/g, '');
  return NEVER.flatMap(([what, pattern]) =>
    [...plain.matchAll(pattern)].map(({ index }) => {
      const around = plain.slice(Math.max(0, index - 25), index + 35).replace(/\s+/g, ' ');
      return `it says ${what}: …${around}…`;
    }),
  );
}
