// What part of a picture is seen, and how large: where its corner stands in the window, and how many pixels a unit takes.

export interface View {
  x: number;
  y: number;
  scale: number;
}

export interface Size {
  width: number;
  height: number;
}

export const MIN_SCALE = 0.08;
export const MAX_SCALE = 2.5;
const MARGIN = 16;

/** All of the picture, no larger than it is, in the middle of the window; a small one begins at the top left. */
export function fit(picture: Size, window: Size): View {
  const room = { width: Math.max(1, window.width - 2 * MARGIN), height: Math.max(1, window.height - 2 * MARGIN) };
  const wanted = Math.min(1, room.width / Math.max(1, picture.width), room.height / Math.max(1, picture.height));
  const scale = clamp(wanted);
  return {
    x: Math.max(MARGIN, (window.width - picture.width * scale) / 2),
    y: Math.max(MARGIN, (window.height - picture.height * scale) / 2),
    scale,
  };
}

/** Zooms so that the point of the window stays where it is in the picture. */
export function zoomAt(view: View, factor: number, point: { x: number; y: number }): View {
  const scale = clamp(view.scale * factor);
  const real = scale / view.scale;
  return { x: point.x - (point.x - view.x) * real, y: point.y - (point.y - view.y) * real, scale };
}

/** Moves by as little as brings a part of the picture into the window; the same view if it is there. */
export function reveal(view: View, part: { x: number; y: number } & Size, window: Size): View {
  const left = view.x + part.x * view.scale;
  const top = view.y + part.y * view.scale;
  const moveX = moveInto(left, part.width * view.scale, window.width);
  const moveY = moveInto(top, part.height * view.scale, window.height);
  return moveX === 0 && moveY === 0 ? view : { ...view, x: view.x + moveX, y: view.y + moveY };
}

function moveInto(start: number, length: number, room: number): number {
  if (start < MARGIN) return MARGIN - start;
  const over = start + length - (room - MARGIN);
  return over > 0 ? -Math.min(over, start - MARGIN) : 0;
}

function clamp(scale: number): number {
  return Math.min(MAX_SCALE, Math.max(MIN_SCALE, scale));
}
