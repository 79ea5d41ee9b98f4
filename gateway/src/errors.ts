import { defineError } from '@tocsin/errors';

/* The refusals that the gateway itself makes, before any subgraph hears of the request (`security.md` sections 4, 5). */

export const RequestTooLarge = defineError('REQUEST_TOO_LARGE', 'The body is longer than 128 KB. Send a shorter one.');
export const UnsupportedMediaType = defineError(
  'UNSUPPORTED_MEDIA_TYPE',
  'Send a JSON body: POST with Content-Type: application/json, in UTF-8.',
);
export const InvalidJson = defineError('INVALID_JSON', 'The body is not a JSON object in UTF-8.');
export const CostExceeded = defineError(
  'COST_EXCEEDED',
  'The operation may touch too many objects. Ask for fewer at once: lower `first`, or nest fewer lists.',
);
export const OperationNotSupported = defineError(
  'OPERATION_NOT_SUPPORTED',
  'Send queries and mutations by POST; send a subscription, with one root field, over graphql-transport-ws. Both at /graphql.',
);
