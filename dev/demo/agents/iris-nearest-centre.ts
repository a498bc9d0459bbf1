// The nearest of three class centres, measured on the four lengths.
type Flower = { sepalLength: number; sepalWidth: number; petalLength: number; petalWidth: number };

const centres: Record<string, Flower> = {
  setosa: { sepalLength: 5.0, sepalWidth: 3.4, petalLength: 1.5, petalWidth: 0.25 },
  versicolor: { sepalLength: 5.9, sepalWidth: 2.8, petalLength: 4.3, petalWidth: 1.3 },
  virginica: { sepalLength: 6.6, sepalWidth: 3.0, petalLength: 5.5, petalWidth: 2.0 },
};

export default async function run(input: Flower): Promise<string> {
  const distances = Object.entries(centres).map(([species, centre]) => ({
    species,
    distance: distance(input, centre),
  }));
  distances.sort((a, b) => a.distance - b.distance);
  return distances[0]?.species ?? 'setosa';
}

function distance(a: Flower, b: Flower): number {
  return Math.hypot(
    a.sepalLength - b.sepalLength,
    a.sepalWidth - b.sepalWidth,
    a.petalLength - b.petalLength,
    a.petalWidth - b.petalWidth,
  );
}
