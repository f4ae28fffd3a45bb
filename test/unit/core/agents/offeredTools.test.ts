import assert from 'node:assert/strict';
import { offeredTools } from '../../../../src/core/agents/offeredTools';
import type { RunKind } from '../../../../src/api';
import { RunContext } from '../../../../src/core/runs/runContext';
import type { Tool } from '../../../../src/core/tools/tool';
import { RecordedRun } from '../../../support/recordedRun';
import { FakeTool, TeamFixture } from '../../../support/teamFixture';

function offered(kind: RunKind): string[] {
  const foreign: Tool = Object.assign(new FakeTool('foreign'), { confirmsItself: true });
  const { services, spec } = fixture([new FakeTool('own'), foreign]);
  const { shared, scope } = new RecordedRun().context;
  const run = new RunContext({ ...shared, kind }, scope);
  return offeredTools({ ...spec, tools: ['own', 'foreign', 'gone'] }, services.tools, run).map(({ name }) => name);
}

function fixture(tools: Tool[]) {
  const team = new TeamFixture({ steps: [], tools });
  return { services: team.services, spec: team.spec('dev') };
}

describe('offeredTools', () => {
  it('gives an agent the tools of its definition that exist', () => {
    assert.deepEqual(offered('ask'), ['own', 'foreign']);
  });

  it('gives a reaction none that would ask a person by itself', () => {
    assert.deepEqual(offered('reaction'), ['own']);
  });
});
