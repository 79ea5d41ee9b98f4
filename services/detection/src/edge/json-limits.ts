const limits = { depth: 32, keys: 2_000, keyBytes: 256 };

/** Where, and what is wrong. */
export interface Problem {
  readonly path: string;
  readonly message: string;
}

/**
 * What the format allows but nothing here should have to carry: too deep, too many or too long keys, `__proto__`, text
 * that PostgreSQL cannot keep (NUL, lone surrogates), numbers beyond a double.
 */
export function problemIn(item: unknown): Problem | undefined {
  let keys = 0;
  const look = (value: unknown, path: string, depth: number): Problem | undefined => {
    if (typeof value === 'string') return isStorable(value) ? undefined : { path, message: 'is not valid text' };
    if (typeof value === 'number' && !Number.isFinite(value)) return { path, message: 'is not a finite number' };
    if (typeof value !== 'object' || value === null) return undefined;
    if (depth > limits.depth) return { path: path.slice(0, 200), message: `is more than ${limits.depth} levels deep` };
    for (const [key, child] of Object.entries(value)) {
      const at = path === '' ? key : `${path}.${key}`;
      if (!Array.isArray(value)) {
        keys += 1;
        const wrong = wrongKey(key, keys);
        if (wrong !== undefined) return { path: at.toWellFormed().slice(0, 512), message: wrong };
      }
      const problem = look(child, at, depth + 1);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
  return look(item, '', 1);
}

function wrongKey(key: string, count: number): string | undefined {
  if (key === '__proto__') return 'is not allowed as a key';
  if (Buffer.byteLength(key) > limits.keyBytes) return `is a key of more than ${limits.keyBytes} bytes`;
  if (!isStorable(key)) return 'is not valid text';
  return count > limits.keys ? `is one key more than ${limits.keys}` : undefined;
}

const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');
