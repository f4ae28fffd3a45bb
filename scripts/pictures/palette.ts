// Few colours for many: screenshots have some that fill them and thousands of shades at the edges of letters.
import type { Frame, IndexedPictures } from './png';

/** One place stands for "as before". */
const MAX_COLOURS = 255;
/** The most frequent colours are kept as they are: areas beside each other may differ by little. */
const EXACT = 96;
/** Further shades that differ less than this in each channel count as one when colours are chosen. */
const STEP = 8;

/** The same palette for all frames, which must be of one size: the colours that cover most, and those that are farthest from them. */
export function toPalette(frames: readonly Frame[]): IndexedPictures {
  const [first] = frames;
  if (!first) throw new Error('There is no picture.');
  const { width, height } = first.picture;
  const colours = chooseColours(countColours(frames));
  const palette = new Uint8Array((colours.length + 1) * 3);
  for (const [index, colour] of colours.entries())
    palette.set([colour >> 16, (colour >> 8) & 0xff, colour & 0xff], (index + 1) * 3);
  const nearest = new Map<number, number>();
  const indexed = frames.map(({ picture: { rgb }, delayMs }) => {
    const pixels = new Uint8Array(width * height);
    for (let pixel = 0; pixel < pixels.length; pixel += 1) {
      const colour = colourAt(rgb, pixel);
      let place = nearest.get(colour);
      if (place === undefined) {
        place = nearestOf(colour, colours) + 1;
        nearest.set(colour, place);
      }
      pixels[pixel] = place;
    }
    return { pixels, delayMs };
  });
  return { width, height, palette, frames: indexed };
}

function countColours(frames: readonly Frame[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { picture } of frames) {
    for (let pixel = 0; pixel < picture.width * picture.height; pixel += 1) {
      const colour = colourAt(picture.rgb, pixel);
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
    }
  }
  return counts;
}

/** Those that fill areas exactly as they are, then the next frequent that are a step away from those before, then whatever is frequent. */
function chooseColours(counts: ReadonlyMap<number, number>): number[] {
  const frequent = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([colour]) => colour);
  if (frequent.length <= MAX_COLOURS) return frequent;
  const chosen = frequent.slice(0, EXACT);
  for (const colour of frequent.slice(EXACT)) {
    if (chosen.length === MAX_COLOURS) return chosen;
    if (chosen.every((known) => distance(colour, known) > STEP * STEP * 3)) chosen.push(colour);
  }
  const rest = frequent.filter((colour) => !chosen.includes(colour));
  return [...chosen, ...rest.slice(0, MAX_COLOURS - chosen.length)];
}

function nearestOf(colour: number, colours: readonly number[]): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [index, known] of colours.entries()) {
    const far = distance(colour, known);
    if (far >= least) continue;
    least = far;
    best = index;
  }
  return best;
}

function distance(a: number, b: number): number {
  const [red, green, blue] = [(a >> 16) - (b >> 16), ((a >> 8) & 0xff) - ((b >> 8) & 0xff), (a & 0xff) - (b & 0xff)];
  return red * red + green * green + blue * blue;
}

function colourAt(rgb: Uint8Array, pixel: number): number {
  const [red = 0, green = 0, blue = 0] = rgb.subarray(pixel * 3, pixel * 3 + 3);
  return (red << 16) | (green << 8) | blue;
}
