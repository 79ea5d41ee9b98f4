import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { jarsLockFile, type LockedJar } from '../jars/jars-lock.ts';

/* For maintainers: writes jars.lock.json from a folder that Maven filled (kafka/README.md says how). */

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Say which folder Maven copied the jars to.');

const kafkaCoordinates = /^org\.apache\.kafka:kafka_[\d.]+:(?<version>.+)$/;

const jars = await Promise.all((await jarFiles(folder)).map((file) => lockedJar(folder, file)));
jars.sort((a, b) => a.coordinates.localeCompare(b.coordinates, 'en'));
const version = jars.map((jar) => kafkaCoordinates.exec(jar.coordinates)?.groups?.['version']).find(Boolean);
if (version === undefined) throw new Error(`There is no Kafka among the jars of ${folder}.`);
await writeFile(jarsLockFile('kafka'), `${JSON.stringify({ version, jars }, undefined, 2)}\n`);
process.stdout.write(`Locked ${String(jars.length)} jars of Kafka ${version}.\n`);

async function jarFiles(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.jar'))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** `org/slf4j/slf4j-api/1.7.36/slf4j-api-1.7.36.jar` is `org.slf4j:slf4j-api:1.7.36`. */
async function lockedJar(root: string, file: string): Promise<LockedJar> {
  const path = relative(root, file).split(sep);
  const [artifact, jarVersion, name] = path.slice(-3);
  if (artifact === undefined || jarVersion === undefined || name !== `${artifact}-${jarVersion}.jar`)
    throw new Error(`Not in the layout of a Maven repository: ${file}`);
  const bytes = await readFile(file);
  return {
    coordinates: `${path.slice(0, -3).join('.')}:${artifact}:${jarVersion}`,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}
