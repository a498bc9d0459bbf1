import { writeFileSync } from 'node:fs';
import { publishedFile } from './published-file.ts';
import { readPublishedParams, writePublished } from './published-params.ts';

// `npm run stripe:params`: after the SDK's version changed, or when the stand-in has a new endpoint.
const published = readPublishedParams();
writeFileSync(publishedFile, writePublished(published));
console.log(`${Object.keys(published.operations).length} operations of Stripe's API ${published.apiVersion} written.`);
