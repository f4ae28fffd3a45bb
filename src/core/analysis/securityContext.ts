// Whether a piece of code is about security at all: a checksum may use MD5, a password may not; a test may do what a product may not.

const SENSITIVE =
  /passw|passphrase|pwd|secret|credential|signature|signing|session|auth|otp|csrf|nonce|\btoken|token\b|[a-z]Token|_token|resetCode|api_?key/i;
const IDENTITY =
  /checksum|etag|cache|fingerprint|gravatar|dedup|integrity|revision|content_?hash|file_?hash|shard|bucket/i;
const TEST_PATH =
  /(?:^|\/)(?:tests?|__tests__|__mocks__|spec|specs|fixtures?|e2e|examples?)\/|[._-](?:test|spec)s?\.\w+$|(?:^|\/)(?:test_[^/]*|conftest)\.py$|_test\.py$|\.(?:unit|integration)?tests?\/|(?:^|\/)benches\//i;
/** `CartTest.java`, but not `Latest.java`. */
const TEST_CLASS = /(?:^|[/a-z0-9])(?:Tests?|IT)\.(?:java|cs|php)$/;

/** True where names and text speak of secrets and not of telling content apart. */
export function isSecurityContext(text: string): boolean {
  return SENSITIVE.test(text) && !IDENTITY.test(text);
}

/** True for files that only tests use. */
export function isTestPath(path: string): boolean {
  return TEST_PATH.test(path) || TEST_CLASS.test(path);
}
