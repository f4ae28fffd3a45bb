// Asks a server on this machine for JSON. Nobody knows what really listens at a port, so the answer is bounded.
const MAX_BYTES = 1_000_000;

/** Gets `url` with `fetch`; rejects for a redirect, anything but a success, an answer above 1 MB, and what is not JSON. */
export function createGetJson(fetch: typeof globalThis.fetch): (url: string, signal: AbortSignal) => Promise<unknown> {
  return async (url, signal) => {
    const response = await fetch(url, { signal, redirect: 'error', headers: { accept: 'application/json' } });
    if (!response.ok) throw new Error(`it answered with status ${response.status}`);
    return JSON.parse(await boundedText(response)) as unknown;
  };
}

async function boundedText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  const chunks: string[] = [];
  let bytes = 0;
  const reader = (response.body as ReadableStream<Uint8Array> | null)?.getReader();
  for (;;) {
    const next = await reader?.read();
    if (!next || next.done) return chunks.join('') + decoder.decode();
    bytes += next.value.byteLength;
    if (bytes > MAX_BYTES) {
      await reader?.cancel();
      throw new Error('its answer is too long');
    }
    chunks.push(decoder.decode(next.value, { stream: true }));
  }
}
