// How people and settings spell VS Code's language models. No vscode here: plain data in, plain data out.

/** What identifies a language model of VS Code. */
export interface NamedModel {
  readonly id: string;
  readonly vendor: string;
  readonly family: string;
  readonly name: string;
}

/**
 * The model that `wanted` means: an id, `vendor/family`, `vendor/id`, a display name, or `name (vendor)` as agent files
 * spell it; exact spelling first, then without regard to case. Of several the first in VS Code's order.
 */
export function findModel<Model extends NamedModel>(models: readonly Model[], wanted: string): Model | undefined {
  const exact = findSpelled(models, wanted, (text) => text);
  return exact ?? findSpelled(models, wanted, (text) => text.toLowerCase());
}

/** The shortest spelling that `findModel` leads back to this very model. */
export function spellModel(model: NamedModel, models: readonly NamedModel[]): string {
  const spellings = [`${model.vendor}/${model.family}`, `${model.vendor}/${model.id}`];
  return spellings.find((spelling) => findModel(models, spelling) === model) ?? model.id;
}

/** The model that answers when none is named: one that chooses by itself, else the first in VS Code's order. */
export function defaultModel<Model extends NamedModel>(models: readonly Model[]): Model | undefined {
  return models.find(({ id, family }) => id === 'auto' || family === 'auto') ?? models[0];
}

function findSpelled<Model extends NamedModel>(
  models: readonly Model[],
  wanted: string,
  fold: (text: string) => string,
): Model | undefined {
  const key = fold(wanted.trim());
  const spellings: ((model: Model) => string)[] = [
    (model) => model.id,
    (model) => `${model.vendor}/${model.family}`,
    (model) => `${model.vendor}/${model.id}`,
    (model) => model.name,
    (model) => `${model.name} (${model.vendor})`,
  ];
  for (const spell of spellings) {
    const match = models.find((model) => fold(spell(model)) === key);
    if (match) return match;
  }
  return undefined;
}
