import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiRoutes } from '../api-routes.ts';
import { apiVersion } from '../context.ts';
import { schemasOfOperations } from './operations.ts';
import type { Schema } from './schema-of-type.ts';

/** What `published-params.json` holds. */
export type PublishedParams = {
  source: string;
  licence: string;
  apiVersion: string;
  operations: Record<string, Schema>;
};

/**
 * The parameters that Stripe publishes for every operation the stand-in has, read from the installed SDK, which Stripe generates from its
 * OpenAPI document at the version we pin. Throws when the SDK speaks another version than the stand-in.
 */
export function readPublishedParams(
  sdk = join(import.meta.dirname, '../../../../node_modules/stripe'),
): PublishedParams {
  const { version, license } = JSON.parse(readFileSync(join(sdk, 'package.json'), 'utf8'));
  const spoken = /ApiVersion = '([^']+)'/.exec(readFileSync(join(sdk, 'esm/apiVersion.js'), 'utf8'))?.[1];
  if (spoken !== apiVersion) throw new Error(`The SDK speaks ${spoken}, the stand-in ${apiVersion}`);
  return {
    source: `stripe@${version} (npm), esm/resources: declarations that Stripe generates from its OpenAPI document`,
    licence: `${license}, Copyright (c) 2011 Ask Bjørn Hansen, (c) 2013 Stripe, Inc.`,
    apiVersion,
    operations: schemasOfOperations(
      sdk,
      apiRoutes.map(({ method, path }) => `${method} ${path}`),
    ),
  };
}

/** One line for each parameter, so that a change of Stripe's reads as one. */
export function writePublished({ operations, ...about }: PublishedParams): string {
  const heads = Object.entries(about).map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},`);
  const parts = Object.entries(operations).map(([name, { properties = {}, ...rest }]) => {
    const lines = Object.entries(properties).map(
      ([param, schema]) => `      ${JSON.stringify(param)}: ${JSON.stringify(schema)}`,
    );
    const inner = lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n    }`;
    return `    ${JSON.stringify(name)}: { ${JSON.stringify(rest).slice(1, -1)}, "properties": ${inner} }`;
  });
  return `{\n${heads.join('\n')}\n  "operations": {\n${parts.join(',\n')}\n  }\n}\n`;
}
