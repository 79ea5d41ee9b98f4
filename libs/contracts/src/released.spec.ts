import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { events, versionsRead, type AnyEvent } from './index.ts';

/*
 * What was released stays readable (H-6, `eventing.md` section 5): a schema in `released/` may only gain optional
 * properties. More than that needs the next version, which may read the older one if it only widened it (ADR 16).
 */

interface Property {
  readonly enum?: readonly string[];
}

interface Schema {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
  readonly [keyword: string]: unknown;
}

const root = join(__dirname, '..');
const read = (folder: string, file: string): unknown => JSON.parse(readFileSync(join(root, folder, file), 'utf8'));
const filesOf = (folder: string): string[] => readdirSync(join(root, folder)).sort();

/** The form in which a schema is released: JSON Schema of what a consumer accepts. */
const schemaOf = (event: AnyEvent): Schema =>
  JSON.parse(JSON.stringify(z.toJSONSchema(event.data, { io: 'input' }))) as Schema;

/** The present schema without the optional properties it gained; the released one is left if nothing else changed. */
function withoutGains(present: Schema, released: Schema): Schema {
  const kept = Object.entries(present.properties).filter(
    ([name]) => name in released.properties || present.required?.includes(name) === true,
  );
  return { ...present, properties: Object.fromEntries(kept) };
}

/** Whether whatever the older schema accepts, the present one accepts: the same, or a longer list of values. */
function reads(present: Schema, older: Schema): boolean {
  const isWidened = (name: string): boolean => {
    const [now, then] = [present.properties[name], older.properties[name]] as Property[];
    if (now?.enum === undefined || then?.enum === undefined) return isDeepStrictEqual(now, then);
    const values = now.enum;
    return then.enum.every((value) => values.includes(value));
  };
  const isRequired = (name: string): boolean => older.required?.includes(name) === true;
  return Object.keys(older.properties).every(isWidened) && (present.required ?? []).every(isRequired);
}

const fileOf = (event: AnyEvent, version: number = event.version): string => `${event.name}.v${String(version)}.json`;
/** Events of one name are of one form: a file for each name. */
const all: readonly AnyEvent[] = events.filter(
  (event, nth) => events.findIndex(({ name }) => name === event.name) === nth,
);
const cases = all.map((event) => [fileOf(event), event] as const);
/** Of every version that is read, the older ones too. */
const everyVersion = all.flatMap((event) =>
  versionsRead(event).map((version) => [fileOf(event, version), event] as const),
);
const olderVersions = everyVersion.filter(([file, event]) => file !== fileOf(event));

describe('H-6 released events', () => {
  it('every event has its released schema and its fixture, and every file has its event', () => {
    const expected = everyVersion.map(([file]) => file).sort();
    expect(filesOf('released')).toEqual(expected);
    expect(filesOf('fixtures')).toEqual(expected);
  });

  it.each(cases)('%s is as released, or gained optional properties only', (file, event) => {
    const released = read('released', file) as Schema;
    const present = schemaOf(event);
    expect(withoutGains(present, released)).toEqual(released);
  });

  it.each(olderVersions)('%s is read by the version after it, which only widened it', (file, event) => {
    expect(reads(schemaOf(event), read('released', file) as Schema)).toBe(true);
  });

  it.each(everyVersion)('the fixture %s parses for ever, and keeps every value', (file, event) => {
    const fixture = read('fixtures', file);
    expect(event.data.parse(fixture)).toMatchObject(fixture as object);
  });

  it.each(everyVersion)('the fixture %s shows every released property', (file) => {
    const { properties } = read('released', file) as Schema;
    expect(Object.keys(read('fixtures', file) as object).sort()).toEqual(Object.keys(properties).sort());
  });

  it.each(everyVersion)('%s is read though it holds what only a newer producer knows', (file, event) => {
    const fixture = { ...(read('fixtures', file) as object), addedLater: 'x' };
    expect(event.data.safeParse(fixture).success).toBe(true);
  });
});

describe('the evolution check', () => {
  const Base = z.object({ id: z.uuid(), state: z.enum(['A', 'B']), note: z.string().optional() });
  const json = (schema: z.ZodType): Schema => z.toJSONSchema(schema, { io: 'input' }) as unknown as Schema;
  const passes = (schema: z.ZodType): boolean => {
    try {
      expect(withoutGains(json(schema), json(Base))).toEqual(json(Base));
      return true;
    } catch {
      return false;
    }
  };

  it('lets an optional property join', () => {
    expect(passes(Base)).toBe(true);
    expect(passes(Base.extend({ more: z.int().optional() }))).toBe(true);
  });

  it.each<[string, z.ZodType]>([
    ['a new required property', Base.extend({ more: z.int() })],
    ['a property that is gone', Base.omit({ note: true })],
    ['a property that became required', Base.required()],
    ['a property that became optional', Base.partial({ id: true })],
    ['a grown enum', Base.extend({ state: z.enum(['A', 'B', 'C']) })],
    ['a shrunk enum', Base.extend({ state: z.enum(['A']) })],
    ['another type', Base.extend({ id: z.int() })],
    ['a lost format', Base.extend({ id: z.string() })],
    ['a closed object', z.strictObject(Base.shape)],
  ])('refuses %s', (_, schema) => {
    expect(passes(schema)).toBe(false);
  });

  const next = (schema: z.ZodType): boolean => reads(json(schema), json(Base));

  it.each<[string, z.ZodType]>([
    ['the same', Base],
    ['a grown enum', Base.extend({ state: z.enum(['A', 'B', 'C']) })],
    ['a new optional property', Base.extend({ more: z.int().optional() })],
  ])('the next version may read this one with %s', (_, schema) => {
    expect(next(schema)).toBe(true);
  });

  it.each<[string, z.ZodType]>([
    ['a shrunk enum', Base.extend({ state: z.enum(['A']) })],
    ['another enum', Base.extend({ state: z.enum(['A', 'C', 'D']) })],
    ['an enum that became text', Base.extend({ state: z.string() })],
    ['a new required property', Base.extend({ more: z.int() })],
    ['a property that became required', Base.required()],
    ['a property that is gone', Base.omit({ note: true })],
    ['another type', Base.extend({ id: z.int() })],
  ])('the next version may not read this one with %s', (_, schema) => {
    expect(next(schema)).toBe(false);
  });
});
