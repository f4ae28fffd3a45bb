// Dragging: what the pointer does from where it went down until it is released.

/** A pointer that moved less was not dragged: a click stays a click. */
const DRAG_PX = 4;

/** Calls `move` while the pointer is dragged, wherever it goes, and `end` when that is over. */
export function followPointer(
  element: HTMLElement,
  down: PointerEvent,
  move: (event: PointerEvent) => void,
  end: () => void = () => undefined,
): void {
  let isDragging = false;
  const stop = (event: PointerEvent) => {
    if (event.pointerId !== down.pointerId) return;
    element.removeEventListener('pointermove', onMove);
    element.removeEventListener('pointerup', stop);
    element.removeEventListener('pointercancel', stop);
    end();
  };
  const onMove = (event: PointerEvent) => {
    if (event.pointerId !== down.pointerId) return;
    // Whoever releases the button outside of the window tells nobody.
    if (event.buttons === 0) {
      stop(event);
      return;
    }
    const distance = Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY);
    if (!isDragging && distance < DRAG_PX) return;
    // Not before: a captured pointer's click goes to the element that captured it.
    if (!isDragging) element.setPointerCapture(down.pointerId);
    isDragging = true;
    move(event);
  };
  element.addEventListener('pointermove', onMove);
  element.addEventListener('pointerup', stop);
  element.addEventListener('pointercancel', stop);
}
