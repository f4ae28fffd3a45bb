// Elements made by hand, for rows that are dressed again and again.

/** Makes an element with a class and children. */
export function make(tag: string, className = '', ...children: (Node | string)[]): HTMLElement {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  element.append(...children);
  return element;
}

/** A cell of a row in a grid. */
export function cell(className: string, ...children: (Node | string)[]): HTMLElement {
  const element = make('span', className, ...children);
  element.setAttribute('role', 'gridcell');
  return element;
}

/** Sets text only where it differs: most cells of a row that is dressed again stay as they are. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
