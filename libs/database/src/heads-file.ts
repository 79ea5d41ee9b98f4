import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { servicePrincipal } from '@tocsin/access';
import type { Logger } from '@tocsin/runtime';
import { auditHeads } from './audit-head.ts';
import type { Database } from './database.ts';
import { read } from './in-transaction.ts';

/** The copy of the heads that whoever may write to the database cannot change with it. */
export interface HeadsFile {
  /** Appends what was sealed since the last line. */
  catchUp(): Promise<void>;
}

const pageSize = 1_000;
/** Longer than any head. */
const tailBytes = 65_536;

/** A file that only grows; a line that a crash cut short is written anew. */
export function headsFile(db: Database, path: string, log: Logger): HeadsFile {
  let kept: number | undefined;
  return {
    catchUp: async () => {
      await mkdir(dirname(path), { recursive: true });
      const file = await open(path, 'a+', 0o600);
      try {
        kept ??= await lastIn(file);
        for (let more = true; more;) {
          const page = await pageAfter(db, kept);
          for (const { jws } of page) await file.write(`${jws}\n`);
          await file.datasync();
          kept = page.at(-1)?.n ?? kept;
          more = page.length === pageSize;
        }
      } catch (error) {
        kept = undefined;
        log.error({ err: error }, 'the heads of the audit trail cannot be kept outside the database');
        throw error;
      } finally {
        await file.close();
      }
    },
  };
}

const pageAfter = (db: Database, after: number): ReturnType<typeof auditHeads> =>
  read(db, servicePrincipal(db.service), (tx) =>
    auditHeads(tx, { after, last: Number.MAX_SAFE_INTEGER, limit: pageSize }),
  );

/** The number of the last head in the file, after cutting off what is no whole line; 0 if there is none. */
async function lastIn(file: FileHandle): Promise<number> {
  const { size } = await file.stat();
  const start = Math.max(0, size - tailBytes);
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(tailBytes), position: start });
  const tail = buffer.subarray(0, bytesRead).toString('latin1');
  const end = tail.lastIndexOf('\n') + 1;
  await file.truncate(start + end);
  const line = tail.slice(0, end).trimEnd().split('\n').at(-1) ?? '';
  const [, payload = ''] = line.split('.');
  if (payload === '') return 0;
  const { n } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as { n: number };
  return n;
}
