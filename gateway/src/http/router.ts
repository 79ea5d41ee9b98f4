import type { IncomingMessage, ServerResponse } from 'node:http';
import { NotFound } from '@tocsin/errors';
import type { HealthHandler } from '@tocsin/runtime';
import { UnsupportedMediaType } from '../errors.ts';
import { answerRefusal } from './answer.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** The paths of the gateway: /graphql by POST, /health/*, /metrics. No CORS: browsers of other origins are not served. */
export const createRouter =
  (health: HealthHandler, graphql: Handler): Handler =>
  async (request, response) => {
    const [path] = (request.url ?? '').split('?', 1);
    if (path !== '/graphql') {
      if (!(await health(request, response))) answerRefusal(response, 404, NotFound());
      return;
    }
    if (request.method !== 'POST') return answerRefusal(response, 405, UnsupportedMediaType(), { allow: 'POST' });
    return graphql(request, response);
  };
