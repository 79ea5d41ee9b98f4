import { isNativeError } from 'node:util/types';
import { trace } from '@opentelemetry/api';
import { pino, type Logger as PinoLogger } from 'pino';

/**
 * Structured logs, JSON lines on standard output. Log ids, enum values, counts and durations; never variables, bodies,
 * tokens, addresses or free text (S-51). Only the fields of an error that are known to be safe are written.
 */
export type Logger = PinoLogger;

export function createLogger(service: string, level: string): Logger {
  return pino({
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: describeError, error: describeError },
    mixin: () => {
      const traceId = trace.getActiveSpan()?.spanContext().traceId;
      return traceId === undefined ? {} : { traceId };
    },
  });
}

/** Name, code, message and stack; not the properties that libraries attach, which may hold parameters or responses. */
function describeError(error: unknown): object {
  // Not `instanceof`: an error of Node's own modules is of another realm where code runs in a vm, as under Jest.
  if (!isNativeError(error)) return { message: 'a value that is no Error was thrown' };
  const { name, message, stack, cause } = error;
  const code: unknown = 'code' in error ? error.code : undefined;
  return {
    name,
    message,
    ...(typeof code === 'string' && { code }),
    stack,
    ...(isNativeError(cause) && { cause: describeError(cause) }),
  };
}
