import Mustache from 'mustache';

type Order = { customer: string; items: { name: string; priceMinor: number }[] };

/** Variables, sections, inverted sections, partials, lambdas and other tags, from https://github.com/janl/mustache.js. */
export default function run({ order }: { order: Order }) {
  const view = {
    ...order,
    html: '<i>&"</i>',
    total: () => order.items.reduce((sum, item) => sum + item.priceMinor, 0),
    shout: () => (text: string, render: (text: string) => string) => render(text).toUpperCase(),
    none: [],
  };
  const partials = { item: '* {{name}}: {{priceMinor}}\n' };
  return {
    letter: Mustache.render('Dear {{customer}},\n{{#items}}\n{{> item}}\n{{/items}}Total {{total}}', view, partials),
    escaped: Mustache.render('{{html}} {{{html}}} {{&html}}', view),
    inverted: Mustache.render('{{#none}}some{{/none}}{{^none}}nothing{{/none}}{{! not shown }}', view),
    lambda: Mustache.render('{{#shout}}hello {{customer}}{{/shout}}', view),
    tags: Mustache.render('{{=<% %>=}}<% customer %> {{customer}}', view),
    implicit: Mustache.render('{{#list}}{{.}},{{/list}}', { list: [1, 2, 3] }),
    spans: Mustache.parse('{{a}} and {{#b}}c{{/b}}').length,
  };
}
