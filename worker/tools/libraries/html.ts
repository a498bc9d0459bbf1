import { parse } from 'node-html-parser';
import { demand } from './demand.ts';

type Selected = { text: string; attributes: Record<string, string>; html: string };

const elementsMax = 1_000;

/** Elements that match a CSS selector, in the order of the document; nothing is fetched and no script runs. */
export function select(html: string, selector: string): Selected[] {
  demand(
    typeof html === 'string' && typeof selector === 'string',
    'html.select takes a text of HTML and a CSS selector.',
  );
  return parse(html)
    .querySelectorAll(selector)
    .slice(0, elementsMax)
    .map((element) => ({ text: element.text.trim(), attributes: element.attributes, html: element.outerHTML }));
}
