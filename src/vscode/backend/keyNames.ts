// Keys in the secret storage that belong to no endpoint of models. No vscode here.

/** The password of the shared Redis. */
export const REDIS_KEY = 'redis';
