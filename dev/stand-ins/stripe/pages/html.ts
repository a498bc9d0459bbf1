const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text made safe for HTML, in content and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => entities[letter] ?? letter);
}

/** A whole page that says what it is: a stand-in, where no real money moves. `body` is HTML. */
export function standInPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<header class="notice"><strong>Local stand-in for Stripe.</strong> This page is not Stripe and no real money moves.</header>
<main>
${body}
</main>
</body>
</html>
`;
}

const style = `
:root { color-scheme: light dark; --line: #8886; --accent: #4338ca; --on-accent: #fff; --warn: #b45309; }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; background: Canvas; color: CanvasText; }
.notice { margin: 0; padding: .6rem 1rem; text-align: center; background: #fef3c7; color: #451a03; border-bottom: 1px solid #f59e0b; }
main { max-width: 30rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.35rem; margin: 0 0 .25rem; }
h2 { font-size: 1rem; margin: 1.5rem 0 .25rem; }
.total { font-size: 2rem; font-weight: 650; margin: 0 0 1.25rem; font-variant-numeric: tabular-nums; }
table { width: 100%; border-collapse: collapse; margin-bottom: 1.5rem; }
th, td { text-align: left; padding: .5rem 0; border-top: 1px solid var(--line); vertical-align: top; }
td:last-child, th:last-child { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
form { display: grid; gap: .75rem; }
label { display: grid; gap: .25rem; }
input, select, button { font: inherit; padding: .6rem .8rem; border: 1px solid var(--line); border-radius: .5rem; background: Canvas; color: CanvasText; }
button { cursor: pointer; text-align: left; }
button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
button small { display: block; opacity: .85; font-weight: 400; }
:focus-visible { outline: 3px solid #f59e0b; outline-offset: 2px; }
.problem { border: 1px solid #dc2626; border-radius: .5rem; padding: .6rem .8rem; margin: 0 0 1rem; }
.quiet { opacity: .75; font-size: .9rem; }
`;
