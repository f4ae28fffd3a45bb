// The log of one window: numbered segments of which the oldest are deleted. Knows roughly where each event stands, so that reading on
// from a sequence number does not begin at the beginning.
import { join } from 'node:path';

/** Where reading after a sequence number begins. */
export interface ReadPlan {
  path: string;
  offset: number;
}

interface Segment {
  path: string;
  bytes: number;
  /** Sequence numbers and the positions of their lines, some ten kilobytes apart. */
  marks: { seq: number; offset: number }[];
}

export interface OriginLogOptions {
  folder: string;
  header: string;
  /** Default 4 million. */
  segmentBytes?: number;
  /** Default 8. */
  maxSegments?: number;
}

const SEGMENT_BYTES = 4_000_000;
const MAX_SEGMENTS = 8;
const MARK_BYTES = 32_000;

/** What becomes of a segment that is not the newest any more. */
export interface SegmentEvents {
  completed(path: string): void;
  /** Nobody needs it any more. */
  expired(path: string): void;
}

/** Decides file and place of each event; writing and deleting are the caller's. */
export class OriginLog {
  private readonly segments: Segment[] = [];

  constructor(
    private readonly options: OriginLogOptions,
    private readonly events: SegmentEvents,
  ) {}

  /** The file for the next line. */
  place(seq: number, line: string): string {
    let segment = this.segments.at(-1);
    if (!segment || segment.bytes >= (this.options.segmentBytes ?? SEGMENT_BYTES)) {
      if (segment) this.events.completed(segment.path);
      segment = this.begin(seq);
    }
    const lastMark = segment.marks.at(-1);
    if (!lastMark || segment.bytes - lastMark.offset >= MARK_BYTES) segment.marks.push({ seq, offset: segment.bytes });
    segment.bytes += Buffer.byteLength(line);
    return segment.path;
  }

  /** A line was not written after all: places after it are not known any more. */
  forgetPlaces(): void {
    const segment = this.segments.at(-1);
    if (segment) segment.marks.length = Math.min(segment.marks.length, 1);
  }

  /** Files to read, in order, for events after `seq`. */
  plan(seq: number): ReadPlan[] {
    const first = this.segments.findLastIndex((segment) => (segment.marks[0]?.seq ?? 0) <= seq + 1);
    return this.segments.slice(Math.max(0, first)).map((segment, index) => {
      const mark = index === 0 ? segment.marks.findLast((known) => known.seq <= seq + 1) : segment.marks[0];
      return { path: segment.path, offset: mark?.offset ?? 0 };
    });
  }

  private begin(seq: number): Segment {
    const name = `${String(seq).padStart(12, '0')}.jsonl`;
    const segment = {
      path: join(this.options.folder, name),
      bytes: Buffer.byteLength(this.options.header) + 1,
      marks: [],
    };
    this.segments.push(segment);
    if (this.segments.length > (this.options.maxSegments ?? MAX_SEGMENTS)) {
      const oldest = this.segments.shift();
      if (oldest) this.events.expired(oldest.path);
    }
    return segment;
  }
}
