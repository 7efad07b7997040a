/** The admin room: what the owner calls. */

import { withoutPlaceholders } from '../platform/placeholders.ts';
import { type RoomHandler, type RoomPorts, room } from '../platform/room.ts';
import { faultAnswer, verbNamed } from '../platform/verb.ts';
import { adjust } from './adjust/adjust.ts';
import { cancelCoupon } from './cancel-coupon/cancel-coupon.ts';
import { changeEmail } from './change-email/change-email.ts';
import { closeTask } from './close-task/close-task.ts';
import { listEntries } from './list-entries/list-entries.ts';
import { listTasks } from './list-tasks/list-tasks.ts';
import { searchMembers } from './search-members/search-members.ts';
import { showMember } from './show-member/show-member.ts';
import { storeCodes } from './store-codes/store-codes.ts';

const verbs = {
  'search-members': searchMembers,
  'show-member': showMember,
  'list-entries': listEntries,
  adjust,
  'change-email': changeEmail,
  'cancel-coupon': cancelCoupon,
  'store-codes': storeCodes,
  'list-tasks': listTasks,
  'close-task': closeTask,
};

export const adminRoom = (ports: () => RoomPorts): RoomHandler =>
  room('admin', ports, {
    handle: (call, given) =>
      verbNamed(verbs, call.route.verb)({ ...call, body: withoutPlaceholders(call.body) }, given),
    fault: faultAnswer,
  });
