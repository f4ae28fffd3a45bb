// Which of the windows of a workspace does what only one may do: write the index, end what was interrupted, delete old runs.

export interface WorkspaceLease {
  /** What was known at the last `acquire`; may be stale by one interval. */
  readonly held: boolean;
  /** Takes the lease if it is free or its holder is dead; true while this window holds it. Cheap enough to ask every few seconds. */
  acquire(): Promise<boolean>;
  /** Frees the lease for others. */
  release(): Promise<void>;
}
