import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { serviceNames } from '@tocsin/contracts';
import { definedErrors } from '@tocsin/errors';
import { folderOf, repository, type ProcessName } from '../paths.ts';
import { runIfProgram } from '../program.ts';
import type { PartDescription, Setting } from './part.ts';

/** `describe-part.ts <name>`: prints the settings and the refusals of one process, as JSON. */
async function main(): Promise<void> {
  const name = z.enum([...serviceNames, 'gateway']).parse(process.argv[2]);
  process.stdout.write(JSON.stringify(await describe(name)));
}

async function describe(part: ProcessName): Promise<PartDescription> {
  const shared = new Set(definedErrors());
  await load(part, part === 'gateway' ? 'src/errors.ts' : 'src/domain/errors.ts');
  const refusals = definedErrors().map((definition) => ({
    code: definition.code,
    description: definition.description,
    isShared: shared.has(definition),
  }));
  const config = await load(part, 'src/config.ts');
  const shape = config['configShape'] ?? config['shape'];
  if (typeof shape !== 'object' || shape === null) throw new Error(`${part}/src/config.ts exports no configShape.`);
  return { settings: Object.entries(shape).map(([key, type]) => settingOf(key, type as z.ZodType)), refusals };
}

const load = async (part: ProcessName, file: string): Promise<Readonly<Record<string, unknown>>> =>
  (await import(pathToFileURL(join(folderOf(part), file)).href)) as Readonly<Record<string, unknown>>;

function settingOf(key: string, type: z.ZodType): Setting {
  if (type.description === undefined) throw new Error(`The setting ${key} has no description.`);
  const fallback = defaultOf(type);
  const values = valuesOf(type);
  return {
    name: key,
    description: type.description,
    isRequired: !type.safeParse(undefined).success,
    ...(fallback !== undefined && { default: fallback }),
    ...(values !== undefined && { values }),
  };
}

/** What an operator would have to write to get the default; files by their place in the checkout. */
function defaultOf(type: z.ZodType): string | undefined {
  const holder = innermost(type, (candidate) => candidate instanceof z.ZodDefault);
  if (!(holder instanceof z.ZodDefault)) return undefined;
  const value = String(holder.def.defaultValue);
  return value.startsWith(repository) ? relative(repository, value) : value;
}

function valuesOf(type: z.ZodType): string[] | undefined {
  const holder = innermost(type, (candidate) => candidate instanceof z.ZodEnum);
  return holder instanceof z.ZodEnum ? holder.options.map(String) : undefined;
}

/** Looks through what is wrapped around a type, on the side of the input. */
function innermost(type: unknown, isWanted: (type: unknown) => boolean): unknown {
  if (isWanted(type)) return type;
  if (type instanceof z.ZodPipe) return innermost(type.def.in, isWanted);
  if (type instanceof z.ZodDefault || type instanceof z.ZodOptional) return innermost(type.def.innerType, isWanted);
  return undefined;
}

runIfProgram(import.meta.url, main);
