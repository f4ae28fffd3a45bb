// Port to a library that knows the formats of keys and tokens.
import type { Failure } from '../../api';
import type { AnalysedFile } from './rule';

export interface SecretHit {
  /** Offsets into the text, in UTF-16 units; `end` is exclusive. */
  start: number;
  end: number;
  /** What it looks like, e.g. `GitHub Token`. */
  kind: string;
}

/** Finds secrets in one file. Hits come in source order and never carry the secret itself. */
export interface SecretScanner {
  scan(file: AnalysedFile, signal: AbortSignal): Promise<SecretHit[] | Failure>;
}
