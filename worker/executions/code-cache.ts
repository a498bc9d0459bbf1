const bytesMax = 64 * 1024 * 1024;

export type CodeCache = {
  has(versionId: string): boolean;
  get(versionId: string): string | undefined;
  add(versionId: string, code: string): void;
};

/** The code of the versions used last, up to 64 MiB: versions never change, so nothing here grows stale. */
export function openCodeCache(): CodeCache {
  const codes = new Map<string, string>();
  let bytes = 0;
  return {
    has: (versionId) => codes.has(versionId),
    get(versionId) {
      const code = codes.get(versionId);
      if (code === undefined) return undefined;
      codes.delete(versionId);
      codes.set(versionId, code);
      return code;
    },
    add(versionId, code) {
      if (codes.has(versionId)) return;
      codes.set(versionId, code);
      bytes += code.length;
      for (const [oldest, text] of codes) {
        if (bytes <= bytesMax || oldest === versionId) return;
        codes.delete(oldest);
        bytes -= text.length;
      }
    },
  };
}
