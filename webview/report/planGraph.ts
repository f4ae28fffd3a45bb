// The plan as a picture: each task a box behind what it needs. A click or Enter leads to its result.
import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import type { ReportGraph, ReportTask } from '../../src/protocol/report/reportMessages';
import type { ReportText } from './reportText';

const WIDTH = 176;
const HEIGHT = 40;
const GAP_X = 44;
const GAP_Y = 10;
const MARGIN = 6;

export interface PlanGraph {
  graph: ReportGraph;
  tasks: ReadonlyMap<string, ReportTask>;
  text: ReportText;
  onOpen: (taskId: string) => void;
}

export function planGraph({ graph, tasks, text, onOpen }: PlanGraph): TemplateResult {
  const width = graph.columns * (WIDTH + GAP_X) - GAP_X + 2 * MARGIN;
  const height = graph.rows * (HEIGHT + GAP_Y) - GAP_Y + 2 * MARGIN;
  const places = new Map(graph.places.map((place) => [place.id, place]));
  const left = (column: number) => MARGIN + column * (WIDTH + GAP_X);
  const top = (row: number) => MARGIN + row * (HEIGHT + GAP_Y);
  const links = graph.links.map(({ from, to }) => {
    const start = places.get(from);
    const end = places.get(to);
    if (!start || !end) return svg``;
    const x1 = left(start.column) + WIDTH;
    const y1 = top(start.row) + HEIGHT / 2;
    const x2 = left(end.column);
    const y2 = top(end.row) + HEIGHT / 2;
    const bend = Math.max(GAP_X / 2, (x2 - x1) / 2);
    return svg`<path class="link" d=${`M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`}></path>`;
  });
  const boxes = graph.places.map(({ id, column, row }) => {
    const task = tasks.get(id);
    return task ? box(task, { x: left(column), y: top(row) }, onOpen) : svg``;
  });
  return html`<div class="graph" tabindex="0" role="group" aria-label=${text('planSummary', tasks.size)}>
    <svg width=${width} height=${height} viewBox="0 0 ${width} ${height}">${links}${boxes}</svg>
  </div>`;
}

function box(task: ReportTask, { x, y }: { x: number; y: number }, onOpen: PlanGraph['onOpen']): SVGTemplateResult {
  const who = `${task.agent} · ${task.stateLabel}`;
  const name = [`${task.title} ${who}`, task.note].filter(Boolean).join(' · ');
  return svg`<g
    class="box state-${task.state}"
    data-testid="plan-task"
    data-status=${task.state}
    transform="translate(${x} ${y})"
    role="button"
    tabindex="0"
    aria-label=${name}
    @click=${() => onOpen(task.id)}
    @keydown=${(event: KeyboardEvent) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      onOpen(task.id);
    }}
  >
    <title>${name}</title>
    <rect class="frame" width=${WIDTH} height=${HEIGHT} rx="4"></rect>
    <rect class="mark" width="4" height=${HEIGHT} rx="2"></rect>
    <foreignObject x="12" width=${WIDTH - 16} height=${HEIGHT}>
      ${html`<div class="box-text">
        <div class="title">${task.title}</div>
        <div class="who">${who}</div>
      </div>`}
    </foreignObject>
  </g>`;
}
