import { cpus, loadavg, release, totalmem, type } from 'node:os';

/** What the numbers were measured on: without it they mean nothing. */
export function machineFacts(): string {
  const processors = cpus();
  const memory = Math.round(totalmem() / 1024 ** 3);
  return [
    `${processors.length} cores (${processors[0]?.model.trim() ?? 'unknown'})`,
    `${memory} GB of memory`,
    `Node ${process.versions.node}`,
    `${type()} ${release()}, ${process.arch}`,
  ].join(' · ');
}

/** Processes that want a core, averaged over the last minute. More than there are cores: the numbers are too bad. */
export const loadNow = (): string => (loadavg()[0] ?? 0).toFixed(1);
