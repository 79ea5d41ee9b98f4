export {
  ConfigError,
  databaseConfig,
  egressConfig,
  egressRulesOf,
  httpConfig,
  json,
  kafkaConfig,
  loadConfig,
  logConfig,
  portSetting,
  type ConfigShape,
} from './config.ts';
export { createLogger, type Logger } from './log.ts';
export { run, type Part } from './lifecycle.ts';
export { createLoop, type Loop, type LoopOptions } from './loop.ts';
export { armFailpoint, failpoint, type FailAction } from './failpoint.ts';
export { Counter, createMetrics, Gauge, Histogram, type Metrics } from './metrics.ts';
export { createHealth, type HealthHandler } from './health.ts';
export { BodyTooLarge, createHttpServer, readBody, type HttpServer, type HttpServerOptions } from './http-server.ts';
export type { Cidr, EgressRules } from './public-address.ts';
export {
  createSafeRequest,
  EgressRefused,
  type Answer,
  type OutgoingRequest,
  type Resolve,
  type SafeRequest,
  type SafeRequestOptions,
} from './safe-request.ts';
export { isSignedBy, isWebhookSecret, signWebhook, type WebhookMessage } from './webhook-signature.ts';
