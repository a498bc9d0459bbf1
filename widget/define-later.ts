type Loaders = Record<string, () => Promise<CustomElementConstructor>>;

const loaders: Loaders = {};

/** Loads an element's code the first time its tag is seen in the page; also for tags that are added later. */
export function defineLater(more: Loaders): void {
  Object.assign(loaders, more);
  const look = () =>
    Object.keys(more).forEach((tag) => document.querySelector(`${tag}:not(:defined)`) && void ensureDefined(tag));
  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
  look();
}

/** Defines an element of ours now, for one that is used inside a shadow root. */
export async function ensureDefined(tag: string): Promise<void> {
  if (customElements.get(tag)) return;
  const load = loaders[tag];
  if (load === undefined) return;
  const element = await load();
  if (!customElements.get(tag)) customElements.define(tag, element);
}
