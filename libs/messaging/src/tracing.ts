import {
  context,
  isSpanContextValid,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Link,
  type SpanContext,
} from '@opentelemetry/api';

const tracer = trace.getTracer('@tocsin/messaging');

/** The remote span that a W3C `traceparent` names; undefined if there is none or it is malformed. */
export function parseTraceparent(traceparent: string | undefined): SpanContext | undefined {
  const [, traceId, spanId, flags] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  const span = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(span) ? span : undefined;
}

/** Handles one event as a child of the span that announced it: one trace from signal to notice. */
export function inEventSpan<T>(
  event: { type: string; id: string; traceparent: string | undefined },
  work: () => Promise<T>,
): Promise<T> {
  const announced = parseTraceparent(event.traceparent);
  const parent = announced === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, announced);
  return inSpan(`process ${event.type}`, SpanKind.CONSUMER, { 'messaging.message.id': event.id }, parent, [], work);
}

const maxLinks = 32;

/** Sends a batch in a trace of its own that links the first traces of its events. */
export function inBatchSpan<T>(traceparents: readonly (string | undefined)[], work: () => Promise<T>): Promise<T> {
  const links = traceparents.flatMap((one): Link[] => {
    const span = parseTraceparent(one);
    return span === undefined ? [] : [{ context: span }];
  });
  const attributes = { 'messaging.batch.message_count': traceparents.length };
  return inSpan('relay send', SpanKind.PRODUCER, attributes, ROOT_CONTEXT, links.slice(0, maxLinks), work);
}

async function inSpan<T>(
  name: string,
  kind: SpanKind,
  attributes: Record<string, string | number>,
  parent: typeof ROOT_CONTEXT,
  links: Link[],
  work: () => Promise<T>,
): Promise<T> {
  const span = tracer.startSpan(
    name,
    { kind, attributes: { 'messaging.system': 'kafka', ...attributes }, links },
    parent,
  );
  try {
    return await context.with(trace.setSpan(parent, span), work);
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}
