import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServiceName } from '@tocsin/contracts';

/** What runs as a process of its own: the four subgraphs and the gateway in front of them. */
export type ProcessName = ServiceName | 'gateway';

/** The checkout; the same from `src` and from `dist`. */
export const repository = resolve(fileURLToPath(new URL('../..', import.meta.url)));

export const folderOf = (name: ProcessName): string =>
  name === 'gateway' ? join(repository, 'gateway') : join(repository, 'services', name);

/** The files that one installation keeps in its state folder. */
export interface StatePaths {
  readonly state: string;
  /** Keys and passwords, made once. */
  readonly keys: string;
  /** The demo tokens of the last start. */
  readonly tokens: string;
  /** The bytes of evidence. */
  readonly evidence: string;
  /** The sealed heads of the audit trails, a file for each service. */
  readonly auditHeads: string;
  readonly logs: string;
  /** A file per running process, for the start after a SIGKILL. */
  readonly run: string;
  readonly lock: string;
}

export function pathsOf(state: string): StatePaths {
  return {
    state,
    keys: join(state, 'keys.json'),
    tokens: join(state, 'tokens.json'),
    evidence: join(state, 'evidence'),
    auditHeads: join(state, 'audit-heads'),
    logs: join(state, 'logs'),
    run: join(state, 'run'),
    lock: join(state, 'lock.json'),
  };
}
