// The tools that execute something.
import type { Tool } from '../tool';
import type { ExecutingPorts } from './executingPorts';
import { createRunCommand } from './runCommand';
import { createRunTests } from './runTests';

export function createExecutingTools(ports: ExecutingPorts): Tool[] {
  return [createRunCommand(ports), createRunTests(ports)];
}
