import { Failure } from '../../platform/errors.ts';
import { sayIssue } from '../../platform/say-issue.ts';
import { checkJson } from '../check-json.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { askAModel } from './ask-a-model.ts';
import { describeNumbers } from './describe-numbers.ts';
import { pickOutFields } from './pick-out-fields.ts';
import { sortIntoClasses } from './sort-into-classes.ts';
import type { Template } from './template.ts';

/** Every template; a new one is a file beside this and a line here. */
export const templates = [sortIntoClasses, pickOutFields, describeNumbers, askAModel] as Template[];

/** A template filled in with a form's answers. Throws `not_found`, and `invalid_value` naming the question whose answer does not do. */
export function fillInTemplate(form: { template: string; answers: unknown }): Manifest {
  const template = templates.find((one) => one.id === form.template);
  if (template === undefined) {
    const ids = templates.map((one) => one.id).join(', ');
    throw new Failure('not_found', `There is no template "${form.template}". There are ${ids}.`);
  }
  checkJson(form.answers, 'The form');
  if (JSON.stringify(form.answers ?? null).includes('${')) {
    throw new Failure(
      'invalid_value',
      'The form cannot be used: an answer holds "${", which has a meaning in manifests. Leave it out.',
    );
  }
  const read = template.answers.safeParse(form.answers, { error: sayIssue });
  if (read.success) return template.toManifest(read.data);
  const issue = read.error.issues[0];
  const field = template.fields.find((one) => one.name === String(issue?.path[0]));
  throw new Failure(
    'invalid_value',
    `The form cannot be used: ${field === undefined ? 'it' : `“${field.label}”`} ${issue?.message ?? 'is not filled in'}.`,
  );
}
