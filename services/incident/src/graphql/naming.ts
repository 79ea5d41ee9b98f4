import type { Tlp } from '@tocsin/contracts';
import type { Resolvers } from '@tocsin/subgraph';
import { renameIncident, setIncidentTlp } from '../incidents.ts';
import type { Context } from './context.ts';
import { commanding, type DecisionInput, type Input } from './incident-commands.ts';

/** What an incident is called, and with whom it may be shared. */
export const namingResolvers: Resolvers<Context> = {
  Mutation: {
    renameIncident: commanding<Input & { readonly title: string }>('renameIncident', renameIncident),
    setTlp: commanding<DecisionInput & { readonly tlp: Tlp }>('setTlp', setIncidentTlp),
  },
};
