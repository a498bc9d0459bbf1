import { join } from 'node:path';

/** Where the parameters that Stripe publishes are kept: written by `npm run stripe:params`, never by hand. */
export const publishedFile = join(import.meta.dirname, 'published-params.json');
