import { createLogger, run } from '@tocsin/runtime';
import { readConfig } from './config.ts';
import { kafkaEvents } from './event-source.ts';
import { createService } from './service.ts';

const config = readConfig();
const log = createLogger('gateway', config.TOCSIN_LOG_LEVEL);
const { parts } = await createService(config, log, kafkaEvents(config, log));
await run(log, parts);
