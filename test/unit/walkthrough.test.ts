// The walkthrough: its buttons run commands that exist, its steps are done by what really happens, its pictures fit every theme.
import * as assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readSource, sourceFiles } from '../../scripts/l10n/translations';
import { COMMANDS, VIEWS, WALKTHROUGH } from '../../src/vscode/ids';

interface Walkthrough {
  id: string;
  steps: { id: string; description: string; media: { svg: string }; completionEvents: string[] }[];
}

interface Manifest {
  name: string;
  publisher: string;
  contributes: { walkthroughs: Walkthrough[]; configuration: { properties: object }[] };
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const texts = JSON.parse(readFileSync('package.nls.json', 'utf8')) as Record<string, string>;
const [walkthrough] = manifest.contributes.walkthroughs;
const steps = walkthrough?.steps ?? [];
const commands = new Set<string>(Object.values(COMMANDS));

describe('the walkthrough', () => {
  it('has the id by which it is opened', () => {
    assert.equal(`${manifest.publisher}.${manifest.name}#${walkthrough?.id ?? ''}`, WALKTHROUGH);
  });

  it('goes from a model to a question, a review, a goal and a trace, each with a button', () => {
    assert.deepEqual(
      steps.map(({ id }) => id),
      ['model', 'ask', 'review', 'goal', 'trace'],
    );
    for (const { id, description } of steps) {
      const text = texts[description.slice(1, -1)] ?? '';
      const buttons = text.split('\n').filter((line) => /^\[[^\]]+\]\(command:[^)]+\)$/.test(line));
      assert.ok(buttons.length > 0, id);
      for (const [, command = ''] of text.matchAll(/\(command:([\w.]+)/g)) assert.ok(commands.has(command), command);
    }
  });

  it('is done step by step by what the code says and VS Code sees', () => {
    const set = sourceFiles('src').flatMap((file) => readSource(file).text.match(/'agentTeam\.\w+'/g) ?? []);
    const settings = manifest.contributes.configuration.flatMap(({ properties }) => Object.keys(properties));
    const known: Record<string, (name: string) => boolean> = {
      onContext: (name) => set.includes(`'${name}'`),
      onView: (name) => Object.values<string>(VIEWS).includes(name),
      onCommand: (name) => commands.has(name),
      onSettingChanged: (name) => settings.includes(name),
    };
    for (const { id, completionEvents } of steps) {
      assert.ok(completionEvents.length > 0, id);
      for (const event of completionEvents) {
        const [kind = '', name = ''] = event.split(':');
        assert.ok(known[kind]?.(name), event);
      }
    }
  });

  it('is drawn in the colours of the theme alone, those that every theme has', () => {
    for (const { media } of steps) {
      const svg = readFileSync(media.svg, 'utf8');
      const paints = [...svg.matchAll(/ (?:fill|stroke)="([^"]+)"/g)].map(([, paint = '']) => paint);
      assert.deepEqual(
        paints.filter((paint) => paint !== 'none' && !paint.startsWith('var(--vscode-')),
        [],
        media.svg,
      );
      // It is the colour of matches in the minimap: translucent, and missing in high contrast.
      assert.doesNotMatch(svg, /charts-orange/);
      assert.ok(svg.length < 10_000, media.svg);
    }
  });
});
