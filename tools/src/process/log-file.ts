import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const longestBytes = 10 * 1024 * 1024;

/** Opens a log to append to; one that has grown beyond 10 MB is put aside as `.1` first. Only its owner may read it. */
export function openLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (existsSync(path) && statSync(path).size > longestBytes) renameSync(path, `${path}.1`);
  return openSync(path, 'a', 0o600);
}

export const sizeOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0);

/** The last lines of a log, at most those written after `offset`. */
export function lastLines(path: string, count: number, offset = 0): string[] {
  if (!existsSync(path)) return [];
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const from = Math.max(offset, size - 64 * 1024);
    const buffer = Buffer.alloc(Math.max(0, size - from));
    readSync(file, buffer, 0, buffer.length, from);
    return buffer
      .toString('utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .slice(-count);
  } finally {
    closeSync(file);
  }
}
