import { parentPort, workerData } from 'node:worker_threads';
import type { PeerEngine, PeerKind, PeerMessage, PeerRequest } from './peer-engine.ts';
import { nodeVmPeer } from './peer-node-vm.ts';
import { quickJsPeer } from './peer-quickjs.ts';

const port = parentPort;
if (port === null) throw new Error('This file runs as a worker thread of open-peer.ts');
const { kind, wasmModule } = workerData as { kind: PeerKind; wasmModule: WebAssembly.Module };
const engine: PeerEngine = kind === 'node:vm' ? nodeVmPeer : quickJsPeer(wasmModule, kind === 'plain warm');
const tell = (message: PeerMessage) => port.postMessage(message);
let answer: (json: string) => void = () => undefined;

port.on('message', (request: PeerRequest) => {
  if (request.type === 'answer') answer(request.json);
  else {
    engine(request.guest, ask).then(
      (output) => tell({ type: 'done', output }),
      (error: unknown) => tell({ type: 'failed', message: String(error) }),
    );
  }
});

function ask(args: string): Promise<string> {
  tell({ type: 'tool', args });
  return new Promise((resolve) => (answer = resolve));
}
