/** A small deployment with dual-write on: one user, two projects, one conversation, through the example application. */
import { type Phase, phases, type Step } from "../../../convex/phases.js";
import { type Deployment, deploy, put, setStep } from "../deployment.js";
import { aConversation, aUser } from "../documents.js";

export async function world(step: Step = "dual-write", on: readonly Phase[] = phases) {
  const deployment = deploy();
  for (const phase of on) await setStep(deployment, phase, step);
  return { deployment, ...(await populate(deployment)) };
}

async function populate(deployment: Deployment) {
  const user = await put(deployment, "users", aUser());
  const conversation = await put(deployment, "conversations", aConversation(user, { messageCount: 0 }));
  const aProject = { userId: user, name: "P", createdAt: 1, updatedAt: 1 };
  const project = await put(deployment, "projects", { ...aProject, conversationIds: [] });
  const other = await put(deployment, "projects", { ...aProject, conversationIds: [] });
  return { user, conversation, project, other };
}

export { aCall } from "../documents.js";
