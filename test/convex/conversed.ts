import { deploy, put } from "./deployment.js";
import { aConversation, aUser } from "./documents.js";

/** A deployment with one user and one conversation of theirs. */
export async function conversed() {
  const deployment = deploy();
  const user = await put(deployment, "users", aUser());
  const conversation = await put(deployment, "conversations", aConversation(user));
  return { deployment, user, conversation };
}
