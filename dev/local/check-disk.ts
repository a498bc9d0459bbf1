import { mkdirSync, statfsSync, writeFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const bytesMin = 300 * 1024 * 1024;

/** Throws one sentence when the data folder cannot be written or its disk is nearly full. */
export function checkDisk(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true });
    const probe = join(dataDir, '.probe');
    writeFileSync(probe, 'x');
    rmSync(probe);
  } catch (error) {
    throw new Error(
      `${dataDir} cannot be written (${(error as NodeJS.ErrnoException).code}). Set DATA_DIR to a folder that can.`,
      { cause: error },
    );
  }
  const { bavail, bsize } = statfsSync(dataDir);
  if (bavail * bsize < bytesMin) {
    const free = Math.round((bavail * bsize) / 1024 / 1024);
    throw new Error(
      `The disk of ${dataDir} has ${free} MB free; Quarry needs 300. Free some space, or set DATA_DIR to a folder on another disk.`,
    );
  }
}
