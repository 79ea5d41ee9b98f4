import { GraphQLError } from 'graphql';
import type { Principal } from '@tocsin/access';
import type { SubgraphFixture } from './subgraph.ts';

const link = (imports: string): string =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imports}])\n`;

/** Who is a member of which incident; tests may change it. */
export type Members = Map<string, Set<string>>;

const incidentSdl = `${link('"@key", "@shareable"')}
  type Query { incident(id: ID!): Incident  incidents(first: Int! = 20): IncidentConnection!  fails: String }
  type Mutation { closeIncident(id: ID!): Incident }
  type IncidentConnection { edges: [IncidentEdge!]! }
  type IncidentEdge { node: Incident! }
  type Incident @key(fields: "id") { id: ID! stage: String! related(first: Int! = 20): [Incident!]! parent: Incident }
`;

const classificationSdl = `${link('"@key"')}
  type Query { levels: [String!]! }
  type Incident @key(fields: "id") { id: ID! level: String }
`;

/** Two subgraphs that share the incident, with the refusals that real ones make. */
export function fixtures(members: Members): SubgraphFixture[] {
  const find = (id: string, { id: principal }: Principal) =>
    members.get(id)?.has(principal) === true ? { id, stage: 'ASSESS', related: [] } : null;
  const resolvers = {
    Query: {
      incident: (_: unknown, { id }: { id: string }, by: Principal) => find(id, by),
      incidents: () => ({ edges: [] }),
      fails: () => {
        throw new Error('connect ECONNREFUSED 10.0.0.7:5432');
      },
    },
    Mutation: {
      closeIncident: (_: unknown, { id }: { id: string }) => {
        throw new GraphQLError('Not yet.', { extensions: { code: 'GATE_NOT_REACHED', details: { incidentId: id } } });
      },
    },
    Incident: { __resolveReference: ({ id }: { id: string }, by: Principal) => find(id, by) },
  };
  return [
    { name: 'incident', sdl: incidentSdl, resolvers },
    {
      name: 'classification',
      sdl: classificationSdl,
      resolvers: {
        Query: { levels: () => ['EVENT', 'INCIDENT'] },
        Incident: { __resolveReference: ({ id }: { id: string }) => ({ id, level: 'INCIDENT' }) },
      },
    },
  ];
}
