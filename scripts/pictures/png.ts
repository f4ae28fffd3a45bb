// The part of PNG that screenshots need: reads 8-bit RGB and RGBA, writes a palette of 256 colours, still or as an animation (APNG).
// Format: https://www.w3.org/TR/png-3/
import { crc32, deflateSync, inflateSync } from 'node:zlib';

/** Pixels as RGB, three bytes each, row by row. */
export interface Picture {
  width: number;
  height: number;
  rgb: Uint8Array;
}

/** A picture of an animation and how long it stands. */
export interface Frame {
  picture: Picture;
  delayMs: number;
}

/** Pixels as places in a palette, row by row. */
export interface IndexedFrame {
  pixels: Uint8Array;
  delayMs: number;
}

export interface IndexedPictures {
  width: number;
  height: number;
  /** RGB, three bytes each; the first one stands for "as before" in animations. */
  palette: Uint8Array;
  frames: readonly IndexedFrame[];
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const INDEXED = 3;
/** Of the picture before, where a frame leaves it as it is. */
const UNCHANGED = 0;
/** A frame is drawn over the one before. */
const BLEND_OVER = 1;

/** Reads what a browser writes: 8 bits a channel, not interlaced; transparency is dropped. */
export function decodePng(file: Buffer): Picture {
  if (!file.subarray(0, 8).equals(SIGNATURE)) throw new Error('This is no PNG.');
  const chunks = chunksOf(file);
  const header = chunks.find(({ type }) => type === 'IHDR')?.data;
  if (!header) throw new Error('The PNG has no header.');
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const [depth, colour, , , interlace] = header.subarray(8);
  const channels = colour === 2 ? 3 : colour === 6 ? 4 : undefined;
  if (depth !== 8 || channels === undefined || interlace !== 0) throw new Error('This kind of PNG is not read.');
  const data = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data: part }) => part));
  const bytes = unfilter(inflateSync(data), { width, height, channels });
  const rgb = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    rgb.set(bytes.subarray(pixel * channels, pixel * channels + 3), pixel * 3);
  }
  return { width, height, rgb };
}

/** One picture, or an animation that runs for ever. */
export function encodePng({ width, height, palette, frames }: IndexedPictures): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, INDEXED, 0, 0, 0], 8);
  const isAnimated = frames.length > 1;
  const count = Buffer.alloc(8);
  count.writeUInt32BE(frames.length, 0);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    ...(isAnimated ? [chunk('acTL', count)] : []),
    chunk('PLTE', Buffer.from(palette)),
    ...(isAnimated ? [chunk('tRNS', Buffer.from([0]))] : []),
    ...frameChunks({ width, height, palette, frames }),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function frameChunks({ width, height, frames }: IndexedPictures): Buffer[] {
  const chunks: Buffer[] = [];
  let sequence = 0;
  let before: Uint8Array | undefined;
  for (const { pixels, delayMs } of frames) {
    const box = before ? changedBox(before, pixels, width) : { left: 0, top: 0, width, height };
    const data = compress(cut(pixels, { box, width, before }), box.width);
    if (frames.length > 1) {
      chunks.push(chunk('fcTL', frameControl({ sequence, box, delayMs })));
      sequence += 1;
    }
    if (before) {
      const number = Buffer.alloc(4);
      number.writeUInt32BE(sequence, 0);
      sequence += 1;
      chunks.push(chunk('fdAT', Buffer.concat([number, data])));
    } else chunks.push(chunk('IDAT', data));
    before = pixels;
  }
  return chunks;
}

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** The smallest rectangle with all that changed; one pixel where nothing did. */
function changedBox(before: Uint8Array, after: Uint8Array, width: number): Box {
  let [left, right, top, bottom] = [width, -1, -1, -1];
  for (const [at, pixel] of after.entries()) {
    if (pixel === before[at]) continue;
    const x = at % width;
    const y = (at - x) / width;
    left = Math.min(left, x);
    right = Math.max(right, x);
    if (top < 0) top = y;
    bottom = y;
  }
  if (right < 0) return { left: 0, top: 0, width: 1, height: 1 };
  return { left, top, width: right - left + 1, height: bottom - top + 1 };
}

function cut(
  pixels: Uint8Array,
  { box, width, before }: { box: Box; width: number; before: Uint8Array | undefined },
): Uint8Array {
  const part = new Uint8Array(box.width * box.height);
  for (let y = 0; y < box.height; y += 1) {
    const from = (box.top + y) * width + box.left;
    for (let x = 0; x < box.width; x += 1) {
      const pixel = pixels[from + x] ?? UNCHANGED;
      part[y * box.width + x] = before && before[from + x] === pixel ? UNCHANGED : pixel;
    }
  }
  return part;
}

function frameControl({ sequence, box, delayMs }: { sequence: number; box: Box; delayMs: number }): Buffer {
  const control = Buffer.alloc(26);
  for (const [index, value] of [sequence, box.width, box.height, box.left, box.top].entries())
    control.writeUInt32BE(value, index * 4);
  control.writeUInt16BE(Math.round(delayMs), 20);
  control.writeUInt16BE(1000, 22);
  control.set([0, BLEND_OVER], 24);
  return control;
}

function compress(pixels: Uint8Array, width: number): Buffer {
  const rows = pixels.length / width;
  const filtered = Buffer.alloc(rows * (width + 1));
  for (let row = 0; row < rows; row += 1)
    filtered.set(pixels.subarray(row * width, (row + 1) * width), row * (width + 1) + 1);
  return deflateSync(filtered, { level: 9 });
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([ends.subarray(0, 4), named, ends.subarray(4)]);
}

/** The chunks of a PNG in their order. */
export function chunksOf(file: Buffer): { type: string; data: Buffer }[] {
  const chunks: { type: string; data: Buffer }[] = [];
  for (let at = 8; at < file.length;) {
    const length = file.readUInt32BE(at);
    chunks.push({ type: file.toString('latin1', at + 4, at + 8), data: file.subarray(at + 8, at + 8 + length) });
    at += length + 12;
  }
  return chunks;
}

function unfilter(
  bytes: Buffer,
  { width, height, channels }: { width: number; height: number; channels: number },
): Uint8Array {
  const stride = width * channels;
  const pixels = new Uint8Array(stride * height);
  for (let row = 0; row < height; row += 1) {
    const filter = bytes[row * (stride + 1)] ?? 0;
    for (let at = 0; at < stride; at += 1) {
      const raw = bytes[row * (stride + 1) + 1 + at] ?? 0;
      const left = at < channels ? 0 : (pixels[row * stride + at - channels] ?? 0);
      const up = row === 0 ? 0 : (pixels[(row - 1) * stride + at] ?? 0);
      const corner = row === 0 || at < channels ? 0 : (pixels[(row - 1) * stride + at - channels] ?? 0);
      pixels[row * stride + at] = raw + predicted(filter, { left, up, corner });
    }
  }
  return pixels;
}

function predicted(filter: number, { left, up, corner }: { left: number; up: number; corner: number }): number {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  const guess = left + up - corner;
  const [byLeft, byUp, byCorner] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  if (byLeft <= byUp && byLeft <= byCorner) return left;
  return byUp <= byCorner ? up : corner;
}
