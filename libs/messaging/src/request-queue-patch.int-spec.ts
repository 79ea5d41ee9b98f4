import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { createBench } from './testing/bench.ts';

const require = createRequire(__filename);

describe('the patch of kafkajs', () => {
  it('lets an idle connection rest: no queue checks itself', async () => {
    const bench = await createBench();
    const { prototype } = require('kafkajs/src/network/requestQueue/index.js') as {
      prototype: { checkPendingRequests(): void };
    };
    const original = Reflect.get(prototype, 'checkPendingRequests') as () => void;
    let checks = 0;
    prototype.checkPendingRequests = function (): void {
      checks += 1;
      original.call(this);
    };
    await sleep(1_000);
    prototype.checkPendingRequests = original;
    await bench.close();
    expect(checks).toBe(0);
  });
});
