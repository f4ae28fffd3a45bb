// Expected outcomes as data. Bugs throw `Internal error: …`; everything else is a Failure with a literal reason.
import type { Failure } from '../api';

export type { Failure };

/** Creates a failure; `message` is a full sentence with a remedy where there is one. */
export function failure(reason: string, message: string, retryable = false): Failure {
  return { reason, message, retryable };
}

/** True for a `Failure` among the outcomes that a function may return. */
export function isFailure(value: unknown): value is Failure {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Failure).reason === 'string' &&
    typeof (value as Failure).message === 'string' &&
    typeof (value as Failure).retryable === 'boolean'
  );
}

/** The outcome of whatever was stopped by a person, a caller or the end of its run. */
export const CANCELLED: Failure = Object.freeze(failure('cancelled', 'The run was cancelled.'));

/** The outcome of what was stopped because its window ends: nobody wanted it to stop, and it can go on later. */
export const INTERRUPTED: Failure = Object.freeze(failure('interrupted', 'The window was closed while this worked.'));

/** True for work that did not fail but was stopped from outside. */
export function isStop({ reason }: Failure): boolean {
  return reason === CANCELLED.reason || reason === INTERRUPTED.reason;
}

/** An error to show to a person as it is: a full sentence that says what to do. */
export class UserError extends Error {
  override readonly name = 'UserError';
  constructor(
    readonly reason: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
