import { register } from 'node:module';
import { userAgent } from './user-agent.ts';

/*
 * OpenTelemetry, loaded before anything else: `node --import @tocsin/runtime/telemetry src/main.ts`. It does nothing
 * unless OTEL_EXPORTER_OTLP_ENDPOINT is set. The hook must be registered before the SDK starts, or spans of http
 * vanish under ESM. kafkajs is not instrumented: messaging makes its own spans and keeps `traceparent` as it was.
 */
if (process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] !== undefined) {
  register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  const { HttpInstrumentation } = await import('@opentelemetry/instrumentation-http');
  const { PgInstrumentation } = await import('@opentelemetry/instrumentation-pg');
  const { GraphQLInstrumentation } = await import('@opentelemetry/instrumentation-graphql');
  const { UndiciInstrumentation } = await import('@opentelemetry/instrumentation-undici');
  const sdk = new NodeSDK({
    serviceName: process.env['OTEL_SERVICE_NAME'] ?? 'tocsin',
    traceExporter: new OTLPTraceExporter(),
    // Measures are served at /metrics and logs go to standard output: only traces leave this way.
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: [
      new HttpInstrumentation({ ignoreIncomingRequestHook: (request) => request.url?.startsWith('/health/') === true }),
      // What leaves the platform: its URL may hold a secret (S-51), and our traces are nobody else's.
      new UndiciInstrumentation({ ignoreRequestHook: ({ headers }) => headers.includes(userAgent) }),
      new PgInstrumentation({ requireParentSpan: true }),
      // Names of fields only: variables may hold personal data (S-51).
      new GraphQLInstrumentation({ allowValues: false, depth: 2, ignoreTrivialResolveSpans: true }),
    ],
  });
  sdk.start();
  process.once('beforeExit', () => void sdk.shutdown());
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void sdk.shutdown());
}
