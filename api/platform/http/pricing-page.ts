import type { Middleware } from 'koa';

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  "style-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** `/pricing` of the hosted site, made of the element, and its style. Whoever comes back from paying is told what happens next. */
export function pricingPage(): Middleware {
  return async (koa, next) => {
    if (koa.method !== 'GET' && koa.method !== 'HEAD') return next();
    if (koa.path === '/pricing.css') {
      koa.type = 'text/css';
      koa.set('Cache-Control', 'public, max-age=300');
      koa.body = style;
    } else if (koa.path === '/pricing') {
      koa.type = 'html';
      koa.set({ 'Content-Security-Policy': policy, 'Referrer-Policy': 'no-referrer', Vary: 'Accept-Language' });
      koa.body = page(koa.query['subscribed'] !== undefined);
    } else return next();
  };
}

function page(isBack: boolean): string {
  const thanks = isBack
    ? '<p class="thanks" role="status" data-testid="subscribed">Thank you. The plan changes as soon as the payment has arrived; /bounty-setup plan shows it.</p>'
    : '';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Plans and prices – Quarry</title>
<meta name="description" content="What Quarry costs: Free, Pro and Enterprise, and the add-ons.">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/pricing.css">
<script type="module" src="/widget.js"></script>
</head>
<body>
<main>
<h1>Plans and prices</h1>
<p>Posting and competing are free to begin with. The fee of 15% on a reward is the same on every plan.</p>
${thanks}
<bounty-pricing><p>Free: rewards under 100.00 USD. Pro: any reward. Enterprise: by agreement. The figures are at <a href="/api/plans">/api/plans</a>.</p></bounty-pricing>
</main>
</body>
</html>
`;
}

const style = `
:root { color-scheme: light dark; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; background: light-dark(#f8f8f5, #131417); color: light-dark(#1b1c20, #f1f1ee); }
main { max-width: 62rem; margin: 0 auto; padding: 3rem 1.25rem 4rem; }
h1 { margin: 0 0 .5rem; font-size: 2rem; line-height: 1.2; }
main > p { margin: 0 0 1.75rem; color: light-dark(#5b606b, #a9adb8); }
main > p.thanks { padding: .75rem 1rem; border: 1px solid light-dark(#146c43, #6fd3a0); border-radius: 10px; color: light-dark(#146c43, #6fd3a0); }
a { color: light-dark(#1f5fbf, #86b4ff); }
`;
