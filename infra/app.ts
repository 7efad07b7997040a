import { App, type AppProps, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { DataStack } from './data-stack.ts';
import { ServiceStack } from './service-stack.ts';

/**
 * The whole deployment, for whichever account and region it is deployed with.
 * A finding of the security rules that nobody has given a reason for stops the synthesis.
 */
export const loyaltyApp = (props?: AppProps) => {
  const app = new App(props);
  // Stages of later versions put their name between these and the stack's own.
  const name = 'manychat-loyalty';
  const data = new DataStack(app, 'Data', { stackName: `${name}-data` });
  const service = new ServiceStack(app, 'Service', { stackName: `${name}-service`, table: data.table });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return { app, data, service };
};

if (import.meta.main) loyaltyApp().app.synth();
