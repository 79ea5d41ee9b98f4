import { createRequire } from 'node:module';

interface RequestQueue {
  readonly pending: readonly unknown[];
  scheduleCheckPendingRequests(): void;
}

/** The only version whose source was read for this patch. */
const knownVersion = '2.2.4';

const require = createRequire(import.meta.url);
let isPatched = false;

/**
 * kafkajs 2.2.4 re-arms a timer some hundred times a second on every idle connection, 4 to 7 % of a core, because an
 * empty queue schedules a check of itself. An empty queue has nothing to check: whoever adds to it looks at once.
 *
 * @throws Error under any other version: read its `src/network/requestQueue` before trusting this.
 */
export function quietRequestQueue(): void {
  if (isPatched) return;
  const { version } = require('kafkajs/package.json') as { readonly version: string };
  if (version !== knownVersion) throw new Error(`kafkajs ${version} is not ${knownVersion}: check the timer patch.`);
  const { prototype } = require('kafkajs/src/network/requestQueue/index.js') as { readonly prototype: RequestQueue };
  const schedule = Reflect.get(prototype, 'scheduleCheckPendingRequests') as (this: RequestQueue) => void;
  prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
    if (this.pending.length > 0) schedule.call(this);
  };
  isPatched = true;
}
