import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildSchema, readSchema, type Resolvers } from './index.ts';

let folder: string;
let directory: URL;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-schema-'));
  directory = pathToFileURL(`${folder}/`);
  writeFileSync(join(folder, 'b.graphql'), 'type Thing { id: ID! }');
  writeFileSync(join(folder, 'a.graphql'), 'scalar DateTime\ntype Query { thing: Thing }');
  writeFileSync(join(folder, 'notes.md'), 'no schema');
});
afterAll(() => rmSync(folder, { recursive: true }));

const build = (resolvers: Resolvers<object>): unknown => buildSchema(directory, resolvers);

describe('a schema folder', () => {
  it('is read in the order of names, graphql files alone', () => {
    expect(readSchema(directory)).toBe('scalar DateTime\ntype Query { thing: Thing }\ntype Thing { id: ID! }');
  });

  it('takes resolvers of fields it has', () => {
    expect(build({ Query: { thing: () => null } })).toBeDefined();
  });

  it('refuses a resolver of a type or field it lacks', () => {
    expect(() => build({ Query: { thing: () => null, ghost: () => null } })).toThrow('Query.ghost');
    expect(() => build({ Ghost: { id: () => 'x' } })).toThrow('Ghost');
  });
});
