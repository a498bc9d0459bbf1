declare module 'papaparse' {
  const Papa: {
    parse(
      text: string,
      options: { header: boolean; delimiter: string; skipEmptyLines: boolean },
    ): { data: unknown[]; errors: { row?: number; message: string }[] };
    unparse(rows: unknown[], options?: { escapeFormulae: RegExp }): string;
  };
  export default Papa;
}
