/** The lines of a stream. Only a line feed ends one: a JSON string may hold any other separator. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let begun = '';
  for await (const chunk of chunks) {
    const parts = (begun + decoder.decode(chunk, { stream: true })).split('\n');
    begun = parts.pop() ?? '';
    yield* parts;
  }
  const last = begun + decoder.decode();
  if (last !== '') yield last;
}
