// Counts whole cents and rounds each line half up, as the brief says.
type Line = { quantity: number; price: number; taxPercent: number };

export default async function run(input: { lines: Line[] }): Promise<number> {
  const cents = input.lines.map((line) => {
    const net = line.quantity * Math.round(line.price * 100);
    return Math.floor((net * (100 + line.taxPercent) + 50) / 100);
  });
  return cents.reduce((sum, cent) => sum + cent, 0) / 100;
}
