import { SetupError } from './setup-error.ts';

const oldest = [20, 19] as const;

/** @throws SetupError when this Node is too old. */
export function mustBeNewEnoughNode(version: string = process.versions.node): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return;
  throw new SetupError(`Tocsin needs Node >= ${oldest.join('.')}; this is ${version}. Install a newer one.`);
}
