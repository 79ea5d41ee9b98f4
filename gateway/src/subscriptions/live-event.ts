import type { IncidentEventFrame } from '../context.ts';

/** Answers are shared while they are this fresh; a slower reader gets the state, and the rights, of his own moment. */
const freshMs = 1_000;

/** One event on its way to all subscribers, with the answers they share (`gateway.md` section 2). */
export class LiveEvent {
  readonly frame: IncidentEventFrame;
  readonly #answers = new Map<string, { readonly at: number; readonly answer: Promise<unknown> }>();

  constructor(frame: IncidentEventFrame) {
    this.frame = frame;
  }

  /** The answer for `key`, asked for once among those who ask at about the same time. */
  share<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const now = performance.now();
    const known = this.#answers.get(key);
    if (known !== undefined && now - known.at < freshMs) return known.answer as Promise<T>;
    const answer = ask();
    this.#answers.set(key, { at: now, answer });
    return answer;
  }
}
