import { createLogger, loadConfig, run } from '@tocsin/runtime';
import { configShape } from './config.ts';
import { createService } from './service.ts';

const config = loadConfig(configShape);
const log = createLogger('detection', config.TOCSIN_LOG_LEVEL);
await run(log, await createService(config, log));
