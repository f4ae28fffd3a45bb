// What a collector answers, as far as it matters: how many spans of a batch it did not want.
import * as z from 'zod/mini';

const MAX_ANSWER_CHARACTERS = 64_000;
const MAX_MESSAGE = 300;

const answer = z.object({
  partialSuccess: z.nullish(
    z.object({
      rejectedSpans: z.nullish(z.union([z.number(), z.string()])),
      errorMessage: z.nullish(z.string()),
    }),
  ),
});

/** What a collector says of a batch that it took; undefined where it took everything and says nothing, or nothing readable. */
export function partialSuccess(body: string): { rejected: number; message: string } | undefined {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return undefined;
  }
  const partial = answer.safeParse(json).data?.partialSuccess;
  if (!partial) return undefined;
  const rejected = Number(partial.rejectedSpans ?? 0);
  const message = (partial.errorMessage ?? '').replace(/\s+/g, ' ').trim().slice(0, MAX_MESSAGE);
  const isSilent = !(rejected > 0) && message === '';
  return isSilent ? undefined : { rejected: rejected > 0 ? rejected : 0, message };
}

/** The beginning of a body; what is longer is not read to its end. */
export async function readBounded(response: Response): Promise<string> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (reader && text.length < MAX_ANSWER_CHARACTERS) {
    const { value, done } = await reader.read();
    if (done) return text;
    text += value;
  }
  await reader?.cancel();
  return text;
}
