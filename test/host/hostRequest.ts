/** What the runner outside asks the entry inside the extension host for; JSON in AGENT_TEAM_TEST_REQUEST. */
export interface HostRequest {
  /** Compiled test files, absolute. */
  readonly files: readonly string[];
  /** Absolute paths of mocha's module and of the reporter's. */
  readonly mocha: string;
  readonly reporter: string;
  /** Where the entry sends what mocha prints: a port on 127.0.0.1. */
  readonly outputPort: number;
  readonly forbidsOnly: boolean;
  readonly grep?: string;
}
