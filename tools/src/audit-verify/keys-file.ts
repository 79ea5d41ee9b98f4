import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { PublicJwks } from '@tocsin/access';
import { UsageError } from '../cli/subcommands.ts';

/** A JWKS, or several by service as TOCSIN_EVENT_JWKS holds them and `npx tocsin public-keys` prints them. */
const Keys = z.union([PublicJwks.transform((jwks) => () => jwks), z.record(z.string(), PublicJwks).transform(choose)]);

function choose(byService: Readonly<Record<string, PublicJwks>>): (service: string) => PublicJwks {
  return (service) => {
    const keys = Object.hasOwn(byService, service) ? byService[service] : undefined;
    if (keys === undefined) throw new UsageError(`The keys have none of the service ${service}.`);
    return keys;
  };
}

/** The public keys in a file; what it answers throws UsageError for a service that has none. @throws UsageError */
export async function readKeys(path: string): Promise<(service: string) => PublicJwks> {
  try {
    return Keys.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    throw new UsageError(`${path} holds no JSON Web Key Set.`);
  }
}
