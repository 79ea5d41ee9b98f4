import { describe, expect, it } from '@jest/globals';
import { buildSchema, parse } from 'graphql';
import { costOf } from './cost.ts';
import { fragmentsOf, operationsOf, shapeOf } from './shape.ts';

const schema = buildSchema(`
  type Query { incidents(first: Int! = 20): Connection!  incident(id: ID): Incident }
  type Connection { edges: [Edge!]! }
  type Edge { node: Incident! }
  type Incident { id: ID! notices(first: Int! = 20): Connection! parent: Incident }
`);

function cost(source: string, variables: Record<string, unknown> = {}): number {
  const document = parse(source);
  const [operation] = operationsOf(document);
  if (operation === undefined) throw new Error('No operation.');
  return costOf(schema, operation, fragmentsOf(document), variables);
}

describe('the cost of an operation', () => {
  it.each([
    ['an object counts one', '{ incident { id } }', {}, 1],
    ['a list counts its default `first` times what is in it', '{ incidents { edges { node { id } } } }', {}, 60],
    ['a literal `first`', '{ incidents(first: 2) { edges { node { id } } } }', {}, 6],
    ['a variable `first`', 'query($n: Int!) { incidents(first: $n) { edges { node { id } } } }', { n: 100 }, 300],
    [
      'lists within lists multiply',
      '{ incidents(first: 10) { edges { node { notices(first: 10) { edges { node { id } } } } } } }',
      {},
      330,
    ],
    ['a negative `first` earns nothing', '{ incidents(first: -9) { edges { node { id } } } }', {}, 3],
    ['aliases add up', '{ a: incident { id } b: incident { id } }', {}, 2],
    [
      'fragments count each time',
      '{ a: incident { ...F } b: incident { ...F } } fragment F on Incident { parent { id } }',
      {},
      4,
    ],
    ['inline fragments are seen through', '{ incident { ... on Incident { parent { id } } } }', {}, 2],
  ] as const)('%s', (_fact, source, variables, expected) => {
    expect(cost(source, variables)).toBe(expected);
  });
});

describe('the shape of a document', () => {
  it('counts what fragments are written out to, in linear time', () => {
    const levels = Array.from({ length: 60 }, (_, i) => `fragment F${i} on Incident { ...F${i + 1} ...F${i + 1} }`);
    const { selections } = shapeOf(parse(`${levels.join(' ')} fragment F60 on Incident { id } { incident { ...F0 } }`));
    expect(selections).toBeGreaterThan(2 ** 60);
  });

  it('is endless for fragments that contain themselves', () => {
    expect(shapeOf(parse('{ incident { ...A } } fragment A on Incident { parent { ...A } }')).depth).toBe(Infinity);
  });

  it('does not count introspection', () => {
    expect(shapeOf(parse('{ __schema { types { fields { type { name } } } } }')).depth).toBe(0);
  });
});
