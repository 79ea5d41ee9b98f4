import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import artifactUrlModule from 'mvn-artifact-url';
import { SetupError } from '../setup-error.ts';
import type { JarsLock, LockedJar } from './jars-lock.ts';
import { createProgress, type Progress } from './progress.ts';

export interface JarsOptions {
  /** What runs on them, as people call it; in lower case, the name of its folder in the cache. */
  readonly program: string;
  readonly lock: JarsLock;
  /** `<checkout>/.cache`; git-ignored. */
  readonly cacheDir: string;
  /** Replaces Maven Central: TOCSIN_MAVEN_REPOSITORY. */
  readonly repository?: string | undefined;
  /** Another way out when they cannot be fetched. */
  readonly orElse?: string;
  /** How progress is shown; at the terminal if absent. */
  readonly showProgress?: typeof createProgress;
}

const atOnce = 8;
/** A minute, and more for what is large: 100 KB a second will do. */
const timeoutMs = ({ bytes }: LockedJar): number => 60_000 + Math.ceil(bytes / 100);
const tries = 3;

// The package is CommonJS and says `exports.default`, which Node and Jest present differently.
const artifactUrl = ('default' in artifactUrlModule ? artifactUrlModule.default : artifactUrlModule) as (
  artifact: { groupId: string; artifactId: string; version: string; classifier?: string },
  base?: string,
) => Promise<string>;

/**
 * The folder with exactly the locked jars: taken from the cache, else fetched, checked and only then put in place.
 *
 * @throws SetupError if they cannot be fetched, or are not what the lock says.
 */
export async function ensureJars(options: JarsOptions): Promise<string> {
  const { version, jars } = options.lock;
  const folder = join(options.cacheDir, options.program.toLowerCase(), version);
  if (await isComplete(folder, jars)) return folder;
  await mkdir(dirname(folder), { recursive: true });
  const temporary = await mkdtemp(`${folder}.fetching-`);
  try {
    await fetchAll(jars, temporary, options);
    // Public files: root may have fetched them for everybody who uses this checkout.
    await chmod(temporary, 0o755);
    await putInPlace(temporary, folder, jars);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return folder;
}

/** The checksums were right when the folder was renamed into place; lengths show whether somebody touched it since. */
async function isComplete(folder: string, jars: readonly LockedJar[]): Promise<boolean> {
  if (!existsSync(folder)) return false;
  const sizes = await Promise.all(
    jars.map((jar) =>
      stat(join(folder, fileName(jar))).then(
        (file) => file.size,
        () => -1,
      ),
    ),
  );
  return jars.every((jar, index) => sizes[index] === jar.bytes);
}

async function putInPlace(temporary: string, folder: string, jars: readonly LockedJar[]): Promise<void> {
  // Another start may have been faster.
  if (await isComplete(folder, jars)) return;
  try {
    if (existsSync(folder)) await rename(folder, join(temporary, 'replaced'));
    await rename(temporary, folder);
    await rm(join(folder, 'replaced'), { recursive: true, force: true });
  } catch (error) {
    if (!(await isComplete(folder, jars))) throw error;
  }
}

async function fetchAll(jars: readonly LockedJar[], folder: string, options: JarsOptions): Promise<void> {
  const total = jars.reduce((sum, jar) => sum + jar.bytes, 0);
  const count = jars.length === 1 ? '1 jar' : `${String(jars.length)} jars`;
  const progress = (options.showProgress ?? createProgress)(`Fetching ${options.program}, ${count}`, total);
  const waiting = [...jars];
  const worker = async (): Promise<void> => {
    for (let jar = waiting.shift(); jar !== undefined; jar = waiting.shift())
      await fetchJar(jar, folder, options, progress);
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, worker));
  } catch (error) {
    waiting.length = 0;
    throw error;
  } finally {
    progress.end();
  }
}

async function fetchJar(
  jar: LockedJar,
  folder: string,
  { repository, orElse }: JarsOptions,
  progress: Progress,
): Promise<void> {
  const url = await urlOf(jar, repository);
  const bytes = await download(url, jar, orElse);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (bytes.length !== jar.bytes || sha256 !== jar.sha256)
    throw new SetupError(
      `${url} is not the jar that jars.lock.json names: ${String(bytes.length)} bytes with SHA-256 ${sha256} ` +
        `instead of ${String(jar.bytes)} bytes with ${jar.sha256}. Nothing was kept. ` +
        'Check what stands between you and the repository (TOCSIN_MAVEN_REPOSITORY, a proxy).',
    );
  await writeFile(join(folder, fileName(jar)), bytes);
  progress.add(jar.bytes);
}

async function urlOf(jar: LockedJar, repository: string | undefined): Promise<string> {
  const [groupId = '', artifactId = '', version = '', classifier] = jar.coordinates.split(':');
  const base = repository === undefined || repository === '' ? undefined : `${repository.replace(/\/+$/, '')}/`;
  return await artifactUrl({ groupId, artifactId, version, ...(classifier !== undefined && { classifier }) }, base);
}

const fileName = ({ coordinates }: LockedJar): string => `${coordinates.split(':').slice(1).join('-')}.jar`;

async function download(url: string, jar: LockedJar, orElse?: string): Promise<Uint8Array> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs(jar)) });
      if (!response.ok) throw new Error(`HTTP status ${String(response.status)}`);
      return new Uint8Array(await response.arrayBuffer());
    } catch (cause) {
      if (attempt < tries) continue;
      throw cannotFetch(url, jar, orElse, cause);
    }
  }
}

function cannotFetch(url: string, jar: LockedJar, orElse: string | undefined, cause: unknown): SetupError {
  const { message, cause: deeper } = cause as Error;
  const reason = deeper instanceof Error ? `${message}: ${deeper.message}` : message;
  const ways = ['set TOCSIN_MAVEN_REPOSITORY to a Maven repository that can be reached from here', orElse];
  const lines = ways.flatMap((way) => (way === undefined ? [] : `  ${way}`));
  return new SetupError(
    [`Cannot fetch ${jar.coordinates} from ${url} (${reason}). One of these ways:`, ...lines].join('\n'),
    { cause },
  );
}
