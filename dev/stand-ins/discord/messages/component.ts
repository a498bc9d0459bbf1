/** Any component after validation, as the API shows it. `id` is filled in by us where the sender left it out. */
export type Component = {
  type: number;
  id: number;
  custom_id?: string;
  label?: string | null;
  components?: Component[];
  component?: Component;
  accessory?: Component;
  [field: string]: unknown;
};

/** The numbers of docs.discord.com/developers/components/reference. */
export const componentTypes = {
  actionRow: 1,
  button: 2,
  stringSelect: 3,
  textInput: 4,
  userSelect: 5,
  roleSelect: 6,
  mentionableSelect: 7,
  channelSelect: 8,
  section: 9,
  textDisplay: 10,
  thumbnail: 11,
  mediaGallery: 12,
  file: 13,
  separator: 14,
  container: 17,
  label: 18,
  fileUpload: 19,
  radioGroup: 21,
  checkboxGroup: 22,
  checkbox: 23,
} as const;

type Nested = { components?: unknown; component?: unknown; accessory?: unknown };

/** All components of a tree, parents before their children. */
export function flatten<T extends object>(components: readonly T[]): T[] {
  return components.flatMap((component) => {
    const { components: children, component: child, accessory } = component as Nested;
    const nested = [...(Array.isArray(children) ? (children as T[]) : []), child as T, accessory as T];
    return [component, ...flatten(nested.filter((one) => one !== undefined && one !== null))];
  });
}

/** Gives every component an id that is unique in its message, as Discord does, and drops fields sent as null. */
export function numberComponents(components: readonly object[]): Component[] {
  const copy = structuredClone(components) as Component[];
  const all = flatten(copy);
  const taken = new Set(all.map((component) => component.id).filter((id) => typeof id === 'number' && id > 0));
  let next = 1;
  for (const component of all) {
    for (const [name, value] of Object.entries(component)) if (value === null) delete component[name];
    if (typeof component.id === 'number' && component.id > 0) continue;
    while (taken.has(next)) next += 1;
    component.id = next;
    taken.add(next);
  }
  return copy;
}
