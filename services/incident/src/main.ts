import { createLogger, run } from '@tocsin/runtime';
import { readConfig } from './config.ts';
import { createService } from './service.ts';

const config = readConfig();
const log = createLogger('incident', config.TOCSIN_LOG_LEVEL);
await run(log, await createService(config, log));
