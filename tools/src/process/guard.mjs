/*
 * Outlives a start or a test run that was killed with SIGKILL and stops what that left behind. The parent says over the
 * IPC channel what it runs ({ watch: pid, signals: [[signal, graceMs], …] }, { forget: pid }) and which folder is to be
 * removed in the end ({ remove: path }); the end of the channel means that the parent is gone. Plain JavaScript, so that
 * it costs a bare Node and nothing else.
 */
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const watched = new Map();
const folders = [];

process.on('message', ({ watch, signals, forget, remove }) => {
  if (watch !== undefined) watched.set(watch, signals);
  if (forget !== undefined) watched.delete(forget);
  if (remove !== undefined) folders.push(remove);
});
process.once('disconnect', async () => {
  // What was started last stops first: services before Kafka, Kafka before PostgreSQL.
  for (const [pid, signals] of [...watched].reverse()) await stop(pid, signals);
  for (const folder of folders) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  process.exit(0);
});
// Ctrl-C reaches the whole group; only the parent decides.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);

async function stop(pid, signals) {
  for (const [signal, graceMs] of signals) {
    for (let waited = 0; waited <= graceMs; waited += 50) {
      try {
        process.kill(pid, waited === 0 ? signal : 0);
      } catch {
        return;
      }
      await sleep(50);
    }
  }
}
