// An agent's icon in its colour, as a row shows it. Rows are dressed a thousand times a second: nothing is made anew.
import { agentLook } from '../../src/protocol/agentLook';

/** Dresses an icon element and a name element for an agent; empty for none. */
export function markAgent(iconElement: HTMLElement, nameElement: HTMLElement, agent: string): void {
  if (agent === '') {
    iconElement.className = '';
    nameElement.textContent = '';
    return;
  }
  const look = agentLook(agent);
  iconElement.className = `codicon codicon-${look.icon} colour-${look.colour}`;
  nameElement.textContent = agent;
}
