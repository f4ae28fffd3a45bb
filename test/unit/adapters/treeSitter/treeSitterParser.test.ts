import assert from 'node:assert/strict';
import { TreeSitterParser } from '../../../../src/adapters/treeSitter/treeSitterParser';
import { SyntaxNode } from '../../../../src/core/syntax';
import type { Clock } from '../../../../src/core/clock';
import { isFailure } from '../../../../src/core/failure';
import { loadWasm, machineClock, sharedParser } from '../../../support/sourceAnalysis';

const signal = new AbortController().signal;
const long = 'export function f(a: number) { return a + 1; }\n'.repeat(4_000);

/** A clock that goes on by a millisecond each time it is read. */
function tickingClock(): Clock {
  let time = 0;
  return { ...machineClock, now: () => (time += 1) };
}

describe('TreeSitterParser', () => {
  it('gives a plain tree with positions in UTF-16 units', async () => {
    const text = 'const emoji = "é😀"; call(b);\nnext();';
    const root = await sharedParser().parse('typescript', text, signal);
    assert.ok(!isFailure(root));
    const calls = [...root.walk()].filter((node) => node.type === 'call_expression');
    assert.deepEqual(
      calls.map((node) => [node.text, node.startLine]),
      [
        ['call(b)', 1],
        ['next()', 2],
      ],
    );
    assert.equal(calls[0]?.field('function')?.text, 'call');
    assert.equal(calls[0].enclosing(new Set(['program'])), root);
  });

  it('gives the same tree in slices as at once', async () => {
    const sliced = new TreeSitterParser({ loadWasm, clock: tickingClock(), sliceMs: 2, timeoutMs: 1_000_000 });
    const outline = (root: unknown) => {
      assert.ok(root instanceof SyntaxNode);
      return [...root.walk()].map((node) => `${node.type}:${node.start}`).join(' ');
    };
    const text = long.slice(0, 40_000);
    assert.equal(
      outline(await sliced.parse('typescript', text, signal)),
      outline(await sharedParser().parse('typescript', text, signal)),
    );
  });

  it('gives up after its time and parses the next file afresh', async () => {
    const parser = new TreeSitterParser({ loadWasm, clock: tickingClock(), sliceMs: 1, timeoutMs: 5 });
    const outcome = await parser.parse('typescript', long, signal);
    assert.equal(isFailure(outcome) && outcome.reason, 'parse.timeout');
    const next = await parser.parse('typescript', 'a();', signal);
    assert.ok(!isFailure(next));
    assert.equal(next.text, 'a();');
  });

  it('stops when it is cancelled, between two slices', async () => {
    const controller = new AbortController();
    const clock = tickingClock();
    const aborting: Clock = {
      ...clock,
      turn: () => {
        controller.abort();
        return clock.turn();
      },
    };
    const outcome = await new TreeSitterParser({ loadWasm, clock: aborting, sliceMs: 1 }).parse(
      'typescript',
      long,
      controller.signal,
    );
    assert.equal(isFailure(outcome) && outcome.reason, 'cancelled');
  });

  it('serves calls at the same time one after the other', async () => {
    const texts = ['a();', 'b();', 'c();'];
    const roots = await Promise.all(texts.map((text) => sharedParser().parse('javascript', text, signal)));
    assert.deepEqual(
      roots.map((root) => (isFailure(root) ? root.reason : root.text)),
      texts,
    );
  });

  it('loads nothing before the first call, and says so when a grammar is missing', async () => {
    const asked: string[] = [];
    const parser = new TreeSitterParser({
      clock: machineClock,
      loadWasm: (name) => {
        asked.push(name);
        return name === 'tree-sitter-cobol.wasm' ? Promise.reject(new Error('no such file')) : loadWasm(name);
      },
    });
    assert.deepEqual(asked, []);
    const missing = await parser.parse('cobol', 'x', signal);
    assert.equal(isFailure(missing) && missing.reason, 'parse.unavailable');
    assert.ok(!isFailure(await parser.parse('python', 'x = 1', signal)));
    assert.deepEqual(asked, ['web-tree-sitter.wasm', 'tree-sitter-cobol.wasm', 'tree-sitter-python.wasm']);
  });

  it('gives the memory of its trees back', async () => {
    const parser = sharedParser();
    await parser.parse('typescript', long, signal);
    const before = process.memoryUsage().external + process.memoryUsage().arrayBuffers;
    for (let round = 0; round < 15; round += 1) await parser.parse('typescript', long, signal);
    const grown = process.memoryUsage().external + process.memoryUsage().arrayBuffers - before;
    assert.ok(grown < 20_000_000, `${grown} bytes`);
  }).timeout(120_000);
});
