import { GraphQLError, type ValidationRule } from 'graphql';
import { shapeOf } from './shape.ts';

/** More than ApolloArmor's own limit of 10, which counts fragments as levels: this guards validation, not the API. */
const most = { depth: 20, selections: 2_000 };

/**
 * Ends validation before its first step if the document, fragments written out, is too large: the rule that compares
 * fields would block the event loop for seconds on 1 KB of nested fragments (S-24).
 */
export const shapeRule: ValidationRule = (context) => ({
  Document: () => {
    const { depth, selections } = shapeOf(context.getDocument());
    if (depth <= most.depth && selections <= most.selections) return;
    const error = new GraphQLError('The operation is too deep or has too many selections.');
    // Validation gives up, by throwing, at its highest number of errors; there is no other way to stop it.
    for (;;) context.reportError(error);
  },
});
