// A log of one window on disk: segments of JSON lines in the order of their numbers, of which the oldest go.
import type { EventEnvelope } from '../../api';
import { OriginLog, type OriginLogOptions } from './originLog';
import { readEvents } from './readEvents';
import type { SegmentWriter } from './segmentWriter';
import type { OnStorageProblem } from './storageProblem';

export interface WindowLogOptions extends OriginLogOptions {
  /** Writes the files; others may write theirs through it. */
  writer: SegmentWriter;
  onProblem: OnStorageProblem;
}

export class WindowLog {
  private readonly places: OriginLog;

  constructor(private readonly options: WindowLogOptions) {
    const { writer } = options;
    this.places = new OriginLog(options, {
      completed: (path) => writer.finish(path),
      expired: (path) => void writer.abandon((other) => other === path, path),
    });
  }

  /** Appends a line of which `seq` is the number; each is one more than the last. */
  append(seq: number, line: string): void {
    const { writer, header } = this.options;
    if (!writer.append(this.places.place(seq, line), header, line)) this.places.forgetPlaces();
  }

  /** Events with a number above `afterSeq`, ascending, at most `limit`. */
  async read(afterSeq: number, limit: number): Promise<EventEnvelope[]> {
    await this.options.writer.drain();
    return readEvents(this.places.plan(afterSeq), { afterSeq, limit, onProblem: this.options.onProblem });
  }
}
