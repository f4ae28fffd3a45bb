import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { defaultModel, findModel, spellModel, type NamedModel } from '../../../../src/adapters/vscodeLm/modelNames';

const gpt: NamedModel = { id: 'gpt-4o-2024', vendor: 'copilot', family: 'gpt-4o', name: 'GPT-4o' };
const older: NamedModel = { id: 'gpt-4o-2023', vendor: 'copilot', family: 'gpt-4o', name: 'GPT-4o (old)' };
const other: NamedModel = { id: 'gpt-4o', vendor: 'lab', family: 'gpt', name: 'GPT-4o' };
const models = [gpt, older, other];

describe("the names of VS Code's language models", () => {
  it('find a model by vendor and family, vendor and id, id, name, or name with vendor', () => {
    assert.equal(findModel(models, 'copilot/gpt-4o'), gpt);
    assert.equal(findModel(models, 'copilot/gpt-4o-2023'), older);
    assert.equal(findModel(models, 'gpt-4o-2023'), older);
    assert.equal(findModel(models, ' GPT-4o (old) '), older);
    assert.equal(findModel(models, 'GPT-4o (lab)'), other);
    assert.equal(findModel(models, 'gpt-4o (LAB)'), other);
    assert.equal(findModel(models, 'gpt'), undefined);
    assert.equal(findModel(models, ''), undefined);
  });

  it('mean an id before anything else, and an exact spelling before another case', () => {
    assert.equal(findModel(models, 'gpt-4o'), other);
    assert.equal(findModel(models, 'GPT-4o'), gpt);
  });

  it('lead from the spelling of each model back to that model', () => {
    assert.deepEqual(
      models.map((model) => spellModel(model, models)),
      ['copilot/gpt-4o', 'copilot/gpt-4o-2023', 'lab/gpt'],
    );
    const word = fc.constantFrom('a', 'b', 'A', 'a/b', 'x (a)');
    const lists = fc.uniqueArray(fc.record({ id: word, vendor: word, family: word, name: word }), {
      selector: ({ id }) => id,
      maxLength: 6,
    });
    fc.assert(
      fc.property(lists, (list): void => {
        for (const model of list) assert.equal(findModel(list, spellModel(model, list)), model);
      }),
    );
  });

  it('take a model that chooses by itself as the default, else the first', () => {
    const auto = { ...other, id: 'auto' };
    assert.equal(defaultModel([gpt, auto]), auto);
    assert.equal(defaultModel([gpt, other]), gpt);
    assert.equal(defaultModel<NamedModel>([]), undefined);
  });
});
