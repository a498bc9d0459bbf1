import type { Contender, ContenderName } from './contender.ts';
import { loadIsolatedVm } from './open-isolated-vm.ts';
import { openOurs } from './open-ours.ts';
import { openPeer } from './open-peer.ts';

/** Every contender that can be run here, in the order they take turns in. */
export function findContenders(): Contender[] {
  const isolatedVm = loadIsolatedVm();
  return [
    { name: 'Quarry fresh', open: (threadsMax) => openOurs(threadsMax, undefined) },
    peer('plain fresh'),
    { name: 'Quarry warm', open: (threadsMax) => openOurs(threadsMax, 'bench') },
    peer('plain warm'),
    ...(isolatedVm === null ? [] : [{ name: 'isolated-vm' as const, open: isolatedVm }]),
    peer('node:vm'),
  ];
}

function peer(name: Extract<ContenderName, 'plain fresh' | 'plain warm' | 'node:vm'>): Contender {
  return { name, open: (threadsMax) => openPeer(name, threadsMax) };
}
