import { GraphQLError, type ExecutionArgs, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { makeServer, type Server, type SubscribePayload } from 'graphql-ws';
import { mayAtAll, type TokenVerifier } from '@tocsin/access';
import { Forbidden, Unauthenticated } from '@tocsin/errors';
import type { Logger } from '@tocsin/runtime';
import { authenticate } from '../http/authenticate.ts';
import type { MaskError } from '../limits/mask-errors.ts';
import { refused } from '../limits/refused.ts';
import { tooMany, unauthorized } from './close-codes.ts';
import type { Connection } from './connection.ts';
import type { Executor } from './executor.ts';
import type { Hub } from './hub.ts';
import { prepare } from './prepare.ts';
import { maskGraphqlError, Subscription } from './subscription.ts';

export interface ProtocolOptions {
  readonly verify: TokenVerifier;
  readonly schema: () => GraphQLSchema;
  readonly hub: Hub;
  readonly executor: Executor;
  readonly mask: MaskError;
  readonly log: Logger;
}

/** S-30. */
const most = { connections: 20, subscriptions: 50 };

/** graphql-transport-ws for subscriptions only; graphql-ws keeps the protocol, everything it would execute is ours (S-28). */
export function createProtocol(options: ProtocolOptions): Server<Connection> {
  const connectionsOf = new Map<string, number>();
  return makeServer<Record<string, unknown>, Connection>({
    connectionInitWaitTimeout: 3_000,
    onConnect: async ({ connectionParams, extra }) => {
      try {
        const session = await authenticate(options.verify, connectionParams?.['authorization']);
        const open = connectionsOf.get(session.principal.id) ?? 0;
        if (open >= most.connections) return extra.close(tooMany);
        if (extra.admit(session)) connectionsOf.set(session.principal.id, open + 1);
      } catch {
        extra.close(unauthorized);
      }
      return undefined;
    },
    onClose: ({ extra }) => {
      const id = extra.session?.principal.id;
      if (id === undefined) return;
      const open = (connectionsOf.get(id) ?? 1) - 1;
      if (open > 0) connectionsOf.set(id, open);
      else connectionsOf.delete(id);
    },
    onSubscribe: ({ extra, subscriptions }, _id, payload) => {
      try {
        if (Object.keys(subscriptions).length > most.subscriptions) return extra.close(tooMany);
        return argsFor(options, extra, payload);
      } catch (error) {
        return [toMasked(options.mask, error)];
      }
    },
    subscribe: ({ contextValue }) => contextValue as AsyncIterable<ExecutionResult>,
    // Masked already.
    onNext: (_context, _id, _payload, _args, result) => result as never,
  });
}

function argsFor(options: ProtocolOptions, connection: Connection, payload: SubscribePayload): ExecutionArgs {
  const { principal } = connection.session ?? {};
  if (principal === undefined) throw refused(Unauthenticated(), 401);
  const operation = prepare(payload, options.schema());
  if (!mayAtAll(principal, 'subscribe:incidentEvents')) {
    throw refused(Forbidden({ operation: 'subscribe:incidentEvents' }), 403);
  }
  const contextValue = new Subscription({ ...options, operation, principal, carrier: connection });
  return {
    schema: options.schema(),
    document: operation.document,
    operationName: operation.operationName ?? null,
    contextValue,
  };
}

function toMasked(mask: MaskError, error: unknown): GraphQLError {
  const known =
    error instanceof GraphQLError ? error : new GraphQLError('unexpected', { originalError: error as Error });
  const { message, extensions } = maskGraphqlError(mask, known);
  return new GraphQLError(message, { extensions: extensions ?? {} });
}
