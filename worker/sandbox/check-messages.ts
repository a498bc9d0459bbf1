import type { HostMessage } from './host-messages.ts';
import type { LaneMessage } from './lane-messages.ts';
import type { LogLine } from './sandbox-types.ts';

const levels = ['log', 'info', 'warn', 'error'];

/** What a thread says is not believed: throws for what no thread of ours says. What an outcome is like check-outcome.ts sees to. */
export function checkLaneMessage(message: LaneMessage): LaneMessage {
  if (!isOfThread(message)) throw new Error(`a message that is none: ${String(message.type).slice(0, 20)}`);
  return message;
}

/** The same for what the host's main thread says. */
export function checkHostMessage(message: HostMessage): HostMessage {
  const isShaped =
    message.type === 'ending'
      ? isFigure(message.cpuMs) && isFigure(message.memoryPeakBytes)
      : message.type === 'gone' && typeof message.why === 'string';
  if (!isShaped) throw new Error(`a message that is none: ${String(message.type).slice(0, 20)}`);
  return message;
}

function isOfThread(message: LaneMessage): boolean {
  switch (message.type) {
    case 'begun':
      return true;
    case 'log':
      return isLine(message.line);
    case 'progress':
      return isFigure(message.fraction) && (message.note === null || typeof message.note === 'string');
    case 'emit':
      return typeof message.json === 'string';
    case 'turn':
      return typeof message.isWaiting === 'boolean';
    case 'tool':
      return isFigure(message.callId) && typeof message.name === 'string' && typeof message.args === 'string';
    case 'outcome':
      return typeof message.isReusable === 'boolean';
    default:
      return false;
  }
}

function isLine({ seq, level, message, atMs }: LogLine): boolean {
  return isFigure(seq) && levels.includes(level) && typeof message === 'string' && isFigure(atMs);
}

function isFigure(value: number): boolean {
  return Number.isFinite(value) && value >= 0;
}
