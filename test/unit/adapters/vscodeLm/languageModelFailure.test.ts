import * as assert from 'node:assert/strict';
import { isAboutOptions, languageModelFailure } from '../../../../src/adapters/vscodeLm/languageModelFailure';

function coded(code: string, message = ''): Error {
  return Object.assign(new Error(message), { code });
}

describe('the failures of VS Code’s language models', () => {
  it('go by the code, wherever in the chain of causes it stands', () => {
    const cases: [unknown, string, boolean][] = [
      [coded('NoPermissions'), 'model.consent_required', false],
      [coded('NotFound'), 'model.not_found', false],
      [coded('Blocked', 'You have no more requests.'), 'model.quota_exceeded', false],
      [coded('ChatQuotaExceeded'), 'model.quota_exceeded', false],
      [coded('ChatRateLimited'), 'model.rate_limited', true],
      [coded('off_topic'), 'model.refused', false],
      [new Error('wrapped', { cause: coded('Blocked') }), 'model.quota_exceeded', false],
    ];
    for (const [error, reason, retryable] of cases) {
      const failure = languageModelFailure(error, 'Tiny', false);
      assert.deepEqual([failure.reason, failure.retryable], [reason, retryable], String(error));
    }
  });

  it('go by what the vendor says where there is no code that says it', () => {
    const cases: [string, string][] = [
      ['Request Failed: 429 {"error":"slow down"}', 'model.rate_limited'],
      ['You exceeded your current quota', 'model.quota_exceeded'],
      ["This model's maximum context length is 8192 tokens", 'model.context_too_long'],
      ['Response was filtered by the Responsible AI Service', 'model.refused'],
      ['You are not signed in', 'model.unauthorized'],
      ['Invalid API key', 'model.unauthorized'],
      ['Request Failed: 400 bad request', 'model.bad_request'],
      ['The model foo does not exist', 'model.not_found'],
      ['Request timed out', 'model.timeout'],
      ['getaddrinfo ENOTFOUND api.example.test', 'model.unavailable'],
      ['', 'model.unavailable'],
    ];
    for (const [message, reason] of cases) {
      for (const code of [undefined, 'Unknown']) {
        const error = code === undefined ? new Error(message) : coded(code, message);
        assert.equal(languageModelFailure(error, 'Tiny', false).reason, reason, message);
      }
    }
  });

  it('are a broken stream where nothing is known but part of the answer had arrived', () => {
    assert.deepEqual(languageModelFailure(new Error('socket hang up'), 'Tiny', true), {
      reason: 'model.broken_stream',
      message: 'Tiny broke off in the middle of its answer. Try again. It said: “socket hang up”.',
      retryable: true,
    });
    assert.equal(languageModelFailure(coded('Blocked'), 'Tiny', true).reason, 'model.quota_exceeded');
  });

  it('survive whatever was thrown', () => {
    const circular: { cause?: unknown } = {};
    circular.cause = circular;
    for (const error of [undefined, null, 'text', 7, {}, { isTrusted: true }, circular, { message: 5 }]) {
      assert.equal(languageModelFailure(error, 'Tiny', false).reason, 'model.unavailable');
    }
  });

  it('quote a vendor at no more than 500 characters', () => {
    const { message } = languageModelFailure(new Error('x'.repeat(10_000)), 'Tiny', false);
    assert.ok(message.length < 700);
  });

  it('are about options only where an option is named', () => {
    assert.equal(isAboutOptions(new Error("Unsupported parameter: 'max_tokens'")), true);
    assert.equal(isAboutOptions(new Error('x', { cause: new Error('temperature must be 1') })), true);
    assert.equal(isAboutOptions(coded('Blocked')), false);
    assert.equal(isAboutOptions(undefined), false);
  });
});
