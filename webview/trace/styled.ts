// Styles of one element, set property by property: the page's security policy allows no style attributes, which lit's own directive
// writes at the first rendering.
import { nothing } from 'lit';
import { directive, Directive, type ElementPart } from 'lit/directive.js';

type Styles = Readonly<Record<string, string>>;

class Styled extends Directive {
  private before: Styles = {};

  override render(_styles: Styles): typeof nothing {
    return nothing;
  }

  override update(part: ElementPart, [styles]: [Styles]): typeof nothing {
    const { style } = part.element as HTMLElement;
    for (const [name, value] of Object.entries(styles)) {
      if (this.before[name] !== value) style.setProperty(name, value);
    }
    for (const name of Object.keys(this.before)) if (!(name in styles)) style.removeProperty(name);
    this.before = styles;
    return nothing;
  }
}

/** Stands alone in an element's tag: `<div ${styled({ width: '4px' })}>`. Names are those of CSS. */
export const styled = directive(Styled);
