// The first two letters, in capitals: right surprisingly often, in English.
export default function run(input) {
  return input.name.slice(0, 2).toUpperCase();
}
