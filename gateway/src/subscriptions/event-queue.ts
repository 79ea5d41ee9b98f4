/** What a subscriber who does not keep up has waiting at most; then he is told, never silently skipped. */
const maxWaiting = 100;

/**
 * The events that wait for one subscription, in order. The subscriber pulls: nothing is looked up or rendered for him
 * before he has taken what came earlier.
 */
export class EventQueue<T> implements AsyncIterableIterator<T> {
  readonly #waiting: T[] = [];
  #wake: (() => void) | undefined;
  #isDone = false;

  /** False if there is no room: the subscriber is to be told that he misses events. */
  offer(item: T): boolean {
    if (this.#isDone) return true;
    if (this.#waiting.length >= maxWaiting) return false;
    this.#waiting.push(item);
    this.#wake?.();
    return true;
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    for (;;) {
      if (this.#isDone) return { done: true, value: undefined };
      const item = this.#waiting.shift();
      if (item !== undefined) return { done: false, value: item };
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#isDone = true;
    this.#waiting.length = 0;
    this.#wake?.();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
