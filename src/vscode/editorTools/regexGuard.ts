// Ends regular expressions that backtrack for ever. A worker could not: its messages cost more than nearly every match.
import { createContext, Script, type Context } from 'node:vm';

/** Longest that one call may hold the extension host. */
const TIMEOUT_MS = 100;

/** Runs work under V8's own time limit, which stops even a match that is under way. */
export class RegexGuard {
  private readonly script = new Script('work()');
  private context: Context | undefined;

  /** The work's result, or `timeout` when it took too long. */
  run<T>(work: () => T): T | 'timeout' {
    this.context ??= createContext({ work: undefined });
    let outcome: { value: T } | undefined;
    this.context['work'] = () => {
      outcome = { value: work() };
    };
    try {
      this.script.runInContext(this.context, { timeout: TIMEOUT_MS });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      return 'timeout';
    } finally {
      this.context['work'] = undefined;
    }
    if (outcome === undefined) throw new Error('Internal error: guarded work did not run.');
    return outcome.value;
  }
}
