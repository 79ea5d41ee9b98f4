import { Presets, SingleBar } from 'cli-progress';

/** Shows how much of a download is done. */
export interface Progress {
  add(bytes: number): void;
  end(): void;
}

const inMegabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(1);

/** A bar at a terminal; elsewhere a line per quarter. */
export function createProgress(
  title: string,
  totalBytes: number,
  output: NodeJS.WriteStream = process.stdout,
): Progress {
  return output.isTTY ? bar(title, totalBytes, output) : lines(title, totalBytes, output);
}

function bar(title: string, totalBytes: number, stream: NodeJS.WriteStream): Progress {
  const format = `  ${title} [{bar}] {percentage} % of ${inMegabytes(totalBytes)} MB, {eta_formatted} left`;
  const shown = new SingleBar({ format, stream, hideCursor: true, clearOnComplete: true }, Presets.shades_classic);
  shown.start(totalBytes, 0);
  return { add: (bytes) => shown.increment(bytes), end: () => shown.stop() };
}

function lines(title: string, totalBytes: number, output: NodeJS.WriteStream): Progress {
  let done = 0;
  let quarters = 0;
  return {
    add: (bytes) => {
      done += bytes;
      while (done >= (totalBytes * (quarters + 1)) / 4 && quarters < 4) {
        quarters += 1;
        output.write(`  ${title}: ${String(quarters * 25)} % of ${inMegabytes(totalBytes)} MB\n`);
      }
    },
    end: () => undefined,
  };
}
