// The minimap: how many spans worked at a time, agent by agent, from the first to the last moment of a trace. Made of pixels, since a
// hundred thousand rectangles are more than a canvas draws within a frame.
import { isFailed } from './spanQuery';
import type { SpanTree } from './spanTree';
import type { TimeFolds } from './timeFolds';

export interface MinimapOptions {
  tree: SpanTree;
  folds: TimeFolds;
  /** Places at the left and right end. */
  from: number;
  to: number;
  now: number;
  width: number;
  height: number;
  /** Colour of a span by the word of its agent: red, green, blue, each in a byte. */
  colourOf: (agent: number) => readonly [number, number, number];
  errorColour: readonly [number, number, number];
}

/** Height of the marks of what went wrong, in pixels. */
const ERROR_HEIGHT = 3;

/** Fills pixels (red, green, blue, alpha), row by row. */
export function drawMinimap(pixels: Uint8ClampedArray, options: MinimapOptions): void {
  const { width, height } = options;
  pixels.fill(0);
  const { layers, errors } = activity(options);
  const total = new Float64Array(width);
  for (const layer of layers.values()) for (let x = 0; x < width; x += 1) total[x] = (total[x] ?? 0) + (layer[x] ?? 0);
  const most = Math.max(1, ...total);
  const room = height - ERROR_HEIGHT;
  for (let x = 0; x < width; x += 1) {
    if (errors[x] === 1) fill(pixels, { x, width, from: 0, to: ERROR_HEIGHT, colour: options.errorColour });
    const sum = total[x] ?? 0;
    if (sum === 0) continue;
    // Two at a time are easily told from one, and fifty still fit.
    const scale = (Math.sqrt(sum / most) * room) / sum;
    let bottom = height;
    for (const [agent, layer] of layers) {
      const count = layer[x] ?? 0;
      if (count === 0) continue;
      const top = bottom - Math.max(1, count * scale);
      fill(pixels, { x, width, from: Math.round(top), to: Math.round(bottom), colour: options.colourOf(agent) });
      bottom = top;
    }
  }
}

/** By agent and pixel: how many spans at the ends of the tree are at work. */
function activity({ tree, folds, from, to, now, width }: MinimapOptions) {
  const layers = new Map<number, Float64Array>();
  const errors = new Uint8Array(width);
  const scale = width / Math.max(1e-9, to - from);
  const column = (time: number) => Math.min(width - 1, Math.max(0, Math.floor((folds.placeOf(time) - from) * scale)));
  for (let span = 1; span <= tree.size; span += 1) {
    const failed = isFailed(tree.state.at(span));
    if (!failed && tree.hasChildren(span)) continue;
    const first = column(tree.start.at(span));
    if (failed) errors[first] = 1;
    if (tree.hasChildren(span)) continue;
    const agent = tree.agent.at(span);
    const changes = layers.get(agent) ?? new Float64Array(width + 1);
    layers.set(agent, changes);
    // Where it begins and where it ends; the sums of these are the counts.
    changes[first] = (changes[first] ?? 0) + 1;
    const after = column(tree.endOf(span, now)) + 1;
    changes[after] = (changes[after] ?? 0) - 1;
  }
  for (const changes of layers.values()) {
    for (let x = 1; x <= width; x += 1) changes[x] = (changes[x] ?? 0) + (changes[x - 1] ?? 0);
  }
  return { layers, errors };
}

interface Strip {
  x: number;
  width: number;
  from: number;
  to: number;
  colour: readonly [number, number, number];
}

function fill(pixels: Uint8ClampedArray, { x, width, from, to, colour: [red, green, blue] }: Strip): void {
  for (let y = Math.max(0, from); y < to; y += 1) {
    const at = (y * width + x) * 4;
    pixels[at] = red;
    pixels[at + 1] = green;
    pixels[at + 2] = blue;
    pixels[at + 3] = 255;
  }
}
