/** What nobody but a person can do in ManyChat, in the order in which it is done. */
import type { Program } from '../../functions/domain/program.ts';

const guide = 'docs/manychat.md';

const requestsText = `Build the flows: join, claim, balance, rewards, redeem. Each is an External Request with this form:
   Request type  POST
   Request URL   <ApiUrl>/v1/balance   (or enroll, claim-order, rewards, redeem)
   Headers       X-Api-Key: <chat key>
                 Content-Type: application/json
   Body          {"contact": <Full Contact Data>, "channel": "messenger"}
   Mapping       $.result to loyalty_result, $.message to loyalty_reply; branch on loyalty_result first
   <ApiUrl> is the output ApiUrl of the deploy. ${guide} has each flow step by step.`;

const stopText = `Build the flow STOP, started by the keywords STOP, UNSUBSCRIBE and their like, and one for START:
   Request URL   <ApiUrl>/v1/preferences
   Body          {"contact": <Full Contact Data>, "channel": "messenger", "text": "<Last Text Input>", "medium": "all"}
   Mapping       as above; then send loyalty_reply`;

const reminderText = ({ flow, channel }: NonNullable<Program['reminders']>): string => {
  const template =
    channel === 'whatsapp'
      ? '\n   On WhatsApp the step sends a template that Meta has approved, with single fields as its variables.'
      : '';
  return `Build the flow of the reminder, ${flow}: a step that sends loyalty_message by ${channel}, and after it an External Request that confirms it:
   Request URL   <ApiUrl>/v1/delivered
   Body          {"contact": <Full Contact Data>, "send_id": "<loyalty_send_id>"}${template}`;
};

/** @param again the options that lead to the same program again */
export const byHand = (program: Program, again: string): string[] => [
  `Make a key for ManyChat, unless there is one: npm run loyalty -- key create --role chat --program ${program.id}${again}`,
  requestsText,
  `In the flow join, after enrolled and already_member, add the tag loyalty_member.`,
  stopText,
  ...(program.reminders === undefined
    ? []
    : [
        reminderText(program.reminders),
        `Send yourself one: npm run manychat -- test-send --program ${program.id} --contact <your contact id>${again}`,
      ]),
];
