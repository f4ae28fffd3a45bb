// Why a plan was not applied. Thrown inside the applier only; its caller gets an outcome.

/** A file that can't be changed as planned, with a sentence for people and models. */
export class ApplyProblem extends Error {
  override readonly name = 'ApplyProblem';
  constructor(
    readonly path: string,
    readonly reason: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The text at `path` is not the one that the plan was made for. */
export class StalePlan extends Error {
  override readonly name = 'StalePlan';
  constructor(readonly path: string) {
    super(`The text of ${path} has changed.`);
  }
}
