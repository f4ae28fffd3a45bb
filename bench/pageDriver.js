// Runs inside of the page of events and traces, in the place of its host: fills it, uses it, and says how long that took.
// Work of a step is what the step's handlers take, plus what is drawn for it in the next frame before the browser paints.
globalThis.pageDriver = (() => {
  const told = [];
  const waiting = [];
  const api = {
    postMessage(message) {
      told.push(message);
      for (const check of [...waiting]) check(message);
    },
    getState: () => undefined,
    setState: () => undefined,
  };
  globalThis.acquireVsCodeApi = () => api;

  const until = (matches) =>
    new Promise((resolve) => {
      const check = (message) => {
        if (!matches(message)) return;
        waiting.splice(waiting.indexOf(check), 1);
        resolve(message);
      };
      waiting.push(check);
    });
  const send = (message) => window.dispatchEvent(new MessageEvent('message', { data: message }));
  const frame = () => new Promise((resolve) => requestAnimationFrame((began) => resolve(performance.now() - began)));
  const settle = async () => {
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  const work = async (act) => {
    await frame();
    const start = performance.now();
    act();
    await settle();
    const handlers = performance.now() - start;
    return handlers + (await frame());
  };
  const medianOf = async (rounds, act) => {
    const times = [];
    for (let round = 0; round < rounds; round += 1) times.push(await work(() => act(round)));
    return times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
  };
  const p95 = (times) => [...times].sort((a, b) => a - b)[Math.floor(times.length * 0.95)];
  const byId = (id) => document.querySelector(`[data-testid="${id}"]`);
  const type = (id, text) => {
    const input = byId(id);
    input.value = text;
    input.dispatchEvent(new Event('input', { bubbles: true }));
  };
  const key = (name) =>
    document
      .querySelector('.spans-grid')
      .dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }));

  async function fill(tab, batches) {
    let revision = 0;
    for (const message of batches) {
      revision += 1;
      const shown = until((answer) => answer.type === 'ack' && answer.tab === tab && answer.revision === revision);
      send({ type: 'batch', tab, revision, isFirst: revision === 1, message });
      await shown;
      // A host is another process: the page may paint before the next batch is there.
      await new Promise((resolve) => setTimeout(resolve));
    }
  }

  function* spanBatches(count, size) {
    const agents = ['dev', 'qa', 'writer', 'researcher', 'supervisor'];
    const words = [
      ...agents,
      ...agents.map((name) => `invoke_agent ${name}`),
      'chat gpt-4o',
      'execute_tool read_file',
      'execute_tool edit_file',
      'invoke_workflow goal',
    ];
    for (let from = 0; from < count; from += size) {
      const spans = {
        words: from === 0 ? words : [],
        ids: [],
        parents: [],
        names: [],
        kinds: [],
        states: [],
        agents: [],
        subjects: [],
        starts: [],
        ends: [],
        tokensIn: [],
        tokensOut: [],
        costs: [],
      };
      for (let index = from; index < Math.min(count, from + size); index += 1) {
        const isRoot = index === 0;
        const group = Math.floor((index - 1) / 50);
        const isAgent = !isRoot && (index - 1) % 50 === 0;
        const isChat = !isAgent && index % 7 === 0;
        spans.ids.push(String(index).padStart(16, '0'));
        spans.parents.push(isRoot ? '' : String(isAgent ? 0 : group * 50 + 1).padStart(16, '0'));
        spans.names.push(isRoot ? 14 : isAgent ? 6 + (group % 5) : isChat ? 11 : 12 + (index % 2));
        spans.kinds.push(isRoot ? 1 : isAgent ? 2 : isChat ? 5 : 6);
        spans.states.push(index % 997 === 0 && !isRoot ? 2 : 1);
        spans.agents.push(isAgent ? 1 + (group % 5) : 0);
        spans.subjects.push(0);
        spans.starts.push(index * 40);
        spans.ends.push(isRoot ? count * 40 : isAgent ? (index + 50) * 40 : index * 40 + 30 + (index % 17));
        for (const column of [spans.tokensIn, spans.tokensOut, spans.costs]) column.push(isChat ? index % 900 : -1);
      }
      yield { traceId: 't', base: 0, now: count * 40, isLive: false, isComplete: from + size >= count, left: 0, spans };
    }
  }

  function* eventBatches(count, size) {
    const words = ['task.progress', 'tool.completed', 'model.completed', 'file.saved', 'dev', 'qa', 'writer', 'engine'];
    for (let from = 0; from < count; from += size) {
      const rows = Array.from({ length: size }, (_, index) => from + index);
      const events = {
        words: from === 0 ? words : [],
        ids: rows.map((n) => `e${n}`),
        seqs: rows.map((n) => n + 1),
        arrivals: rows.map(() => 0),
        origins: rows.map(() => 0),
        causes: rows.map((n) => (n % 10 === 0 ? '' : `e${n - 1}`)),
        times: rows,
        topics: rows.map((n) => 1 + (n % 4)),
        agents: rows.map((n) => 5 + (n % 3)),
        runs: rows.map(() => 0),
        sources: rows.map(() => 8),
        summaries: rows.map((n) => `Step ${n} of the work on src/module${n % 500}.ts, which takes a while`),
      };
      yield { events, position: { own: from + size, received: 0 }, waiting: 0 };
    }
  }

  async function spans(count) {
    byId('tab-trace').click();
    send({
      type: 'batch',
      tab: 'traces',
      revision: 1,
      isFirst: true,
      message: {
        traces: [
          {
            traceId: 't',
            title: 'bench',
            startTime: '2030-01-01T00:00:00.000Z',
            spans: count,
            errors: 0,
            isLive: false,
          },
        ],
      },
    });
    await until((message) => message.type === 'open' && message.since !== undefined);
    const batches = [...spanBatches(count, 2000)];
    const start = performance.now();
    const filled = fill('trace', batches);
    while (!document.querySelector('[data-testid="span-row"]:not([hidden])')) await frame();
    const firstPaintMs = performance.now() - start;
    await filled;
    await frame();
    return { firstPaintMs, allMs: performance.now() - start };
  }

  /** Half of the frames scroll by a page each, half zoom. */
  async function frames(count) {
    const grid = document.querySelector('.spans-grid');
    const times = [];
    let last = performance.now();
    for (let step = 0; step < count; step += 1) {
      if (step < count / 2) grid.scrollTop += 660;
      else
        grid.dispatchEvent(
          new WheelEvent('wheel', {
            deltaY: step % 30 < 15 ? -100 : 100,
            ctrlKey: true,
            clientX: 700,
            clientY: 300,
            bubbles: true,
            cancelable: true,
          }),
        );
      await frame();
      const now = performance.now();
      times.push(now - last);
      last = now;
    }
    return { frameP95Ms: p95(times) };
  }

  async function uses() {
    key('0');
    document.querySelector('.spans-grid').scrollTop = 0;
    await frame();
    await frame();
    document.querySelector('[data-testid="span-row"][aria-rowindex="2"]').click();
    await frame();
    const collapseMs = await medianOf(11, (round) => key(round % 2 === 0 ? 'ArrowLeft' : 'ArrowRight'));
    const searchMs = await medianOf(11, (round) => type('span-search', round % 2 === 0 ? 'tool read' : 'status:error'));
    const pathMs = await medianOf(5, () => key('c'));
    return { collapseMs, searchMs, pathMs };
  }

  async function events(count) {
    byId('tab-events').click();
    await settle();
    await fill('events', eventBatches(count, 1000));
    const filters = ['task.*', 'module12', 'agent:qa step', ''];
    return { filterMs: await medianOf(16, (round) => type('event-filter', filters[round % filters.length])) };
  }

  const ready = until((message) => message.type === 'ready');
  return {
    async start() {
      await ready;
      send({ type: 'hello', strings: {}, locale: 'en', tabs: ['traces', 'events', 'trace'] });
      await frame();
    },
    spans,
    frames,
    uses,
    events,
    failures: () => told.filter((message) => message.type === 'pageError').map(({ message }) => message),
  };
})();
