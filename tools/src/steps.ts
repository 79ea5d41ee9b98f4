/** Tells the person at the terminal what happens, a line per step with its time. */
export interface Steps {
  /** Runs one step; its line is printed when it is done, or when it failed. */
  run<T>(title: string, work: () => Promise<T>): Promise<T>;
  note(text: string): void;
}

export function createSteps(write: (line: string) => void): Steps {
  return {
    note: write,
    run: async (title, work) => {
      const startedAt = performance.now();
      const line = (mark: string) => `${mark} ${title.padEnd(58)} ${seconds(performance.now() - startedAt)}`;
      try {
        const result = await work();
        write(line('✓'));
        return result;
      } catch (error) {
        write(line('✗'));
        throw error;
      }
    },
  };
}

export const toTerminal: Steps = createSteps((line) => process.stdout.write(`${line}\n`));

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
