// What the tab Trace finds again after the page was closed: filters at once, places in a trace as soon as its spans are there.
import * as z from 'zod/mini';
import type { TraceModel } from './model/traceModel';

/** Folded spans that are remembered. */
const MAX_COLLAPSED = 200;

const placeSchema = z.object({
  agent: z.string(),
  kind: z.string(),
  onlyErrors: z.boolean(),
  minimumMs: z.number(),
  search: z.string().check(z.maxLength(500)),
  showsPath: z.boolean(),
  isFolding: z.boolean(),
  namePart: z.number(),
  isOpen: z.boolean(),
  chosen: z.string(),
  collapsed: z.array(z.string()).check(z.maxLength(MAX_COLLAPSED)),
  window: z.optional(z.object({ from: z.number(), to: z.number() })),
});

/** The part of a place that waits for the spans. */
export interface SpansPlace {
  namePart: number;
  isOpen: boolean;
  apply(model: TraceModel): void;
}

/** JSON, small. */
export function keptPlace(model: TraceModel, namePart = 0.36, isOpen = false): z.infer<typeof placeSchema> {
  const { filter, tree } = model;
  return {
    ...filter,
    search: model.searchText.slice(0, 500),
    showsPath: model.showsPath,
    isFolding: model.isFolding,
    namePart,
    isOpen,
    chosen: tree.ids[model.chosen] ?? '',
    collapsed: [...model.collapsed].slice(0, MAX_COLLAPSED).map((span) => tree.ids[span] ?? ''),
    ...(model.isZoomed && { window: model.window }),
  };
}

/** Sets filters now; undefined for what is no place. */
export function usePlace(model: TraceModel, place: unknown): SpansPlace | undefined {
  const parsed = placeSchema.safeParse(place);
  if (!parsed.success) return undefined;
  const { agent, kind, onlyErrors, minimumMs, search, showsPath, isFolding, ...later } = parsed.data;
  model.setFilter({ agent, kind, onlyErrors, minimumMs });
  model.setSearch(search);
  model.setPath(showsPath);
  model.setFolding(isFolding);
  return {
    namePart: later.namePart,
    isOpen: later.isOpen,
    apply: (filled) => {
      for (const id of later.collapsed) {
        const span = filled.tree.indexOf(id);
        if (span !== undefined) filled.toggle(span, true);
      }
      const chosen = filled.tree.indexOf(later.chosen);
      if (chosen !== undefined) filled.reveal(chosen);
      if (later.window) filled.show(later.window);
    },
  };
}
