// What can go wrong with stored files. Nothing of it stops a run; all of it is reported.

export type StorageProblem =
  /** A file that could not be read was renamed to `movedTo`. */
  | { kind: 'set-aside'; path: string; movedTo: string }
  /** A file was written by a newer version; it is left alone and not read. */
  | { kind: 'newer-version'; path: string; version: number }
  /** Some records of a file could not be read; the others were. */
  | { kind: 'damaged'; path: string; records: number }
  /** Writing failed and is tried again. */
  | { kind: 'write-failed'; path: string; error: unknown }
  /** Writing has failed for so long that records were given up. */
  | { kind: 'lost'; path: string; records: number };

export type OnStorageProblem = (problem: StorageProblem) => void;
