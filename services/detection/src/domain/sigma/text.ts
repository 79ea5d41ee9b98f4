/**
 * Sigma's notion of equal text: case is folded one UTF-16 code unit at a time, and only where the lower-case form is one
 * unit (the Kelvin sign becomes `k`; `İ`, `ſ` and `ß` stay). No Unicode normalisation.
 */
export function fold(text: string): string {
  if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase();
  let folded = '';
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charAt(at);
    const lower = unit.toLowerCase();
    folded += lower.length === 1 ? lower : unit;
  }
  return folded;
}

/** `*` any run of characters, line ends too; `?` one code point; else literal folded text. */
export type Token = '*' | '?' | { readonly literal: string };
export type Pattern = readonly Token[];

/**
 * Reads a rule's value. A backslash is itself unless it stands before `*`, `?` or another backslash; so `\\*` is a
 * backslash and a wildcard, and a backslash at the end is a backslash.
 */
export function parsePattern(value: string): Pattern {
  const tokens: Token[] = [];
  let literal = '';
  const flush = (): void => {
    if (literal !== '') tokens.push({ literal: fold(literal) });
    literal = '';
  };
  for (let at = 0; at < value.length; at += 1) {
    const unit = value.charAt(at);
    const next = value.charAt(at + 1);
    if (unit === '\\' && (next === '*' || next === '?' || next === '\\')) {
      literal += next;
      at += 1;
    } else if (unit === '*' || unit === '?') {
      flush();
      if (unit === '?' || tokens.at(-1) !== '*') tokens.push(unit);
    } else {
      literal += unit;
    }
  }
  flush();
  return tokens;
}

/** `*` before, after or both: what contains, startswith and endswith add. */
export function widen(pattern: Pattern, sides: { readonly before: boolean; readonly after: boolean }): Pattern {
  const before: Pattern = sides.before && pattern.at(0) !== '*' ? ['*'] : [];
  const after: Pattern = sides.after && pattern.at(-1) !== '*' ? ['*'] : [];
  return [...before, ...pattern, ...after];
}

/**
 * Whether the whole folded text fits. Greedy with one point of return (the last `*`), so time is at worst the product of
 * the two lengths; rule text never becomes a JavaScript regular expression (D-5).
 */
export function matches(pattern: Pattern, text: string): boolean {
  let token = 0;
  let at = 0;
  let star: { readonly token: number; at: number } | undefined;
  for (;;) {
    const present = pattern[token];
    const end = present === undefined ? (at === text.length ? at : -1) : step(present, text, at);
    if (present === undefined && end !== -1) return true;
    if (present === '*') star = { token: token + 1, at };
    if (end !== -1) {
      token += 1;
      at = end;
      continue;
    }
    if (star === undefined || star.at >= text.length) return false;
    star.at = nextStart(pattern[star.token], text, star.at + 1);
    if (star.at === -1) return false;
    ({ token, at } = star);
  }
}

/** Where the text goes on after the token, or -1. */
function step(token: Token, text: string, at: number): number {
  if (token === '*') return at;
  if (token !== '?') return text.startsWith(token.literal, at) ? at + token.literal.length : -1;
  const point = text.codePointAt(at);
  return point === undefined ? -1 : at + (point > 0xffff ? 2 : 1);
}

/** The next place from which the token behind a `*` can fit. */
function nextStart(token: Token | undefined, text: string, from: number): number {
  if (token === undefined) return text.length;
  if (typeof token === 'object') return text.indexOf(token.literal, from);
  return from;
}
