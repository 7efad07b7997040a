import { readFileSync } from 'node:fs';
import { CfnElement } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { loyaltyApp } from '../../infra/app.ts';

const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));

/**
 * The app as the CLI makes it, with the project's feature flags; bundles are made only for the stacks named.
 * @param options of the context, as `cdk --context` gives them
 */
export const stacks = (bundled: readonly string[] = [], options: Readonly<Record<string, unknown>> = {}) =>
  loyaltyApp({ context: { ...context, ...options, 'aws:cdk:bundling-stacks': bundled } });

/** The name in its template of the resource that lies at a path below a construct. */
export const logicalId = (scope: IConstruct, ...path: readonly string[]): string => {
  const element = path.reduce((at, id) => at.node.findChild(id), scope).node.defaultChild;
  if (!CfnElement.isCfnElement(element)) throw new Error(`no resource at ${path.join('/')}`);
  return element.stack.getLogicalId(element);
};
