import assert from 'node:assert/strict';
import { deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { toPalette } from '../../../scripts/pictures/palette';
import { chunksOf, decodePng, encodePng, type Picture } from '../../../scripts/pictures/png';

const picture = (width: number, height: number, colours: readonly number[]): Picture => ({
  ...{ width, height },
  rgb: Uint8Array.from({ length: width * height * 3 }, (_, index) => {
    const colour = colours[Math.floor(index / 3) % colours.length] ?? 0;
    return (colour >> (16 - (index % 3) * 8)) & 0xff;
  }),
});

/** Draws the frames of an animation as a viewer does. */
function play(file: Buffer): number[][] {
  const chunks = chunksOf(file);
  const header = chunks[0]?.data ?? Buffer.alloc(0);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const canvas = new Array<number>(width * height).fill(0);
  const shown: number[][] = [];
  let box: readonly [number, number, number, number] = [width, height, 0, 0];
  for (const { type, data } of chunks) {
    if (type === 'fcTL')
      box = [data.readUInt32BE(4), data.readUInt32BE(8), data.readUInt32BE(12), data.readUInt32BE(16)];
    if (type !== 'IDAT' && type !== 'fdAT') continue;
    const bytes = inflateSync(type === 'fdAT' ? data.subarray(4) : data);
    const [columns, rows, left, top] = box;
    for (let y = 0; y < rows; y += 1) {
      for (let x = 0; x < columns; x += 1) {
        const pixel = bytes[y * (columns + 1) + 1 + x] ?? 0;
        if (pixel !== 0) canvas[(top + y) * width + left + x] = pixel;
      }
    }
    shown.push([...canvas]);
  }
  return shown;
}

describe('pictures of the README', () => {
  it('reads every filter of PNG', () => {
    const rows = Buffer.from(
      [
        [0, 10, 20, 30],
        [1, 10, 20, 30],
        [2, 1, 1, 1],
        [3, 5, 5, 5],
        [4, 1, 2, 3],
      ].flat(),
    );
    const header = Buffer.from([0, 0, 0, 1, 0, 0, 0, 5, 8, 2, 0, 0, 0]);
    const raw = (type: string, data: Buffer) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(data.length);
      return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)]);
    };
    const signature = Buffer.from('89504e470d0a1a0a', 'hex');
    const file = Buffer.concat([
      signature,
      raw('IHDR', header),
      raw('IDAT', deflateSync(rows)),
      raw('IEND', Buffer.alloc(0)),
    ]);
    assert.deepEqual([...decodePng(file).rgb], [10, 20, 30, 10, 20, 30, 11, 21, 31, 10, 15, 20, 11, 17, 23]);
    assert.throws(() => decodePng(Buffer.from('GIF89a, and so on')), /no PNG/);
  });

  it('shows every frame as it was, though only what changed is written', () => {
    const colours = [0x000000, 0xffffff, 0xff0000, 0x00ff00];
    const frames = fc.array(fc.array(fc.constantFrom(...colours), { minLength: 12, maxLength: 12 }), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(frames, (pictures) => {
        const indexed = toPalette(pictures.map((pixels) => ({ picture: picture(4, 3, pixels), delayMs: 100 })));
        const shown = play(encodePng(indexed));
        assert.deepEqual(
          shown,
          indexed.frames.map(({ pixels }) => [...pixels]),
        );
        const colourOf = (place: number) => indexed.palette.subarray(place * 3, place * 3 + 3);
        const back = shown.map((pixels) => pixels.map((place) => Buffer.from(colourOf(place)).readUIntBE(0, 3)));
        assert.deepEqual(back, pictures);
      }),
    );
  });

  it('takes the nearest of 255 colours where there are more', () => {
    const many = Array.from({ length: 4_000 }, (_, index) => index * 4_111);
    const { palette, frames } = toPalette([{ picture: picture(80, 50, many), delayMs: 0 }]);
    assert.equal(palette.length, 256 * 3);
    assert.ok(frames[0]?.pixels.every((place) => place > 0));
  });
});
