// Knows some countries by heart and guesses the rest.
const known = {
  germany: 'DE',
  deutschland: 'DE',
  allemagne: 'DE',
  alemania: 'DE',
  france: 'FR',
  frankreich: 'FR',
  francia: 'FR',
  spain: 'ES',
  spanien: 'ES',
  espagne: 'ES',
  españa: 'ES',
  japan: 'JP',
  japon: 'JP',
  japón: 'JP',
  switzerland: 'CH',
  schweiz: 'CH',
  suisse: 'CH',
  suiza: 'CH',
  austria: 'AT',
  österreich: 'AT',
  autriche: 'AT',
  greece: 'GR',
  griechenland: 'GR',
  grèce: 'GR',
  grecia: 'GR',
  brazil: 'BR',
  brasilien: 'BR',
  brésil: 'BR',
  brasil: 'BR',
};

export default function run(input) {
  const name = input.name.toLowerCase();
  return known[name] ?? name.normalize('NFD').replace(/\p{M}/gu, '').slice(0, 2).toUpperCase();
}
