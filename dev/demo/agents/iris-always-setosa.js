// The floor: knows one answer.
export default function run() {
  return 'setosa';
}
