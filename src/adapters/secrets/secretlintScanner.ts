// Finds secrets with secretlint's recommended rules, loaded on first use, in blocks that never hold the event loop for long.
import type { lintSource } from '@secretlint/core';
import { failure, messageOf, type Failure } from '../../core/failure';
import type { Clock } from '../../core/clock';
import { Pacer } from '../../core/pacer';
import type { SecretHit, SecretScanner } from '../../core/analysis/secretScanner';
import type { AnalysedFile } from '../../core/analysis/rule';

const BLOCK_LENGTH = 64_000;
/** Longer than any key that spans lines, so that none is cut in two. */
const OVERLAP = 6_000;

type Config = Parameters<typeof lintSource>[0]['options']['config'];
type Message = Awaited<ReturnType<typeof lintSource>>['messages'][number];

interface Loaded {
  lint: (file: AnalysedFile, text: string) => Promise<readonly Message[]>;
}

export class SecretlintScanner implements SecretScanner {
  private loaded: Promise<Loaded> | undefined;

  constructor(private readonly clock: Clock) {}

  async scan(file: AnalysedFile, signal: AbortSignal): Promise<SecretHit[] | Failure> {
    try {
      this.loaded ??= load();
      const { lint } = await this.loaded;
      const hits = new Map<string, SecretHit>();
      const pacer = new Pacer(this.clock);
      for (let start = 0; start === 0 || start < file.text.length - OVERLAP; start += BLOCK_LENGTH - OVERLAP) {
        await pacer.pause();
        if (signal.aborted) return failure('cancelled', 'The scan was cancelled.');
        for (const message of await lint(file, file.text.slice(start, start + BLOCK_LENGTH)))
          addHit(hits, message, start);
      }
      return [...hits.values()].sort((a, b) => a.start - b.start);
    } catch (error) {
      this.loaded = undefined;
      return failure('secrets.unavailable', `The secret scanner failed: ${messageOf(error)}`);
    }
  }
}

async function load(): Promise<Loaded> {
  const [{ lintSource }, { creator }] = await Promise.all([
    import('@secretlint/core'),
    import('@secretlint/secretlint-rule-preset-recommend'),
  ]);
  const config: Config = {
    rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator, rules: [] }],
  };
  return {
    lint: async (file, content) => {
      const ext = /\.[^./]*$/.exec(file.path)?.[0] ?? '';
      const source = { content, filePath: `/${file.path}`, ext, contentType: 'text' as const };
      const result = await lintSource({
        source,
        options: { config, maskSecrets: true, locale: 'en', noPhysicFilePath: true },
      });
      return result.messages;
    },
  };
}

function addHit(hits: Map<string, SecretHit>, message: Message, offset: number): void {
  const [from, to] = message.range;
  const [start, end] = [from + offset, to + offset];
  const key = `${start}`;
  const known = hits.get(key);
  if (!known || known.end < end) hits.set(key, { start, end, kind: kindOf(message) });
}

/** `found GitHub Token(****): ****` becomes `GitHub Token`. */
function kindOf({ message, messageId }: Message): string {
  const named = /^found ([^:(*]{3,60}?)\s*(?:[:(*]|$)/i.exec(message)?.[1];
  return named ?? messageId.replaceAll('_', ' ').toLowerCase();
}
