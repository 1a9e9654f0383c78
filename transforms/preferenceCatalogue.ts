/** Everything the model knows of preferences: their categories, defaults and limits (spec 2 and 3). Its one home. */
import type { Value } from "convex/values";

/** Keys as rows have them; a field of an opened object is `<object>.<field>`. */
const keysByCategory = {
  appearance: ["theme", "fontSize", "codeTheme", "chatWidth"],
  models: ["defaultModel", "favoriteModels", "recentModels", "newChatModelSelection"],
  chat: [
    "sendOnEnter",
    "alwaysShowMessageActions",
    "showMessageStatistics",
    "showComparisonStatistics",
    "enableHybridSearch",
    "showModelNamesDuringComparison",
  ],
  audio: ["sttEnabled", "sttProvider", "ttsEnabled", "ttsProvider", "ttsVoice", "ttsSpeed", "ttsAutoRead"],
  advanced: ["showNotes", "showTemplates", "showProjects", "showBookmarks"],
} as const;

/** The objects that are opened one level: each field is a row, in the category of the object's name. */
export const openedPreferences = ["customInstructions", "reasoning"] as const;

export type OpenedPreference = (typeof openedPreferences)[number];
export type PreferenceCategory = keyof typeof keysByCategory | OpenedPreference;

const categoryByField: ReadonlyMap<string, PreferenceCategory> = new Map([
  ...Object.entries(keysByCategory).flatMap(([category, keys]) =>
    keys.map((key): [string, PreferenceCategory] => [key, category as PreferenceCategory]),
  ),
  ...openedPreferences.map((name): [string, PreferenceCategory] => [name, name]),
]);

/** The category of a top-level field of `preferences`; null where no list names it. */
export function preferenceCategory(field: string): PreferenceCategory | null {
  return categoryByField.get(field) ?? null;
}

/** What a preference that has no row reads as. */
export const preferenceDefaults: Readonly<Record<string, Value>> = {
  theme: "dark",
  fontSize: "medium",
  codeTheme: "rose-pine",
  chatWidth: "standard",
  defaultModel: "auto",
  favoriteModels: [],
  recentModels: [],
  newChatModelSelection: "recent",
  sendOnEnter: true,
  alwaysShowMessageActions: false,
  showMessageStatistics: true,
  showComparisonStatistics: true,
  enableHybridSearch: false,
  showModelNamesDuringComparison: false,
  sttEnabled: true,
  sttProvider: "openai",
  ttsEnabled: false,
  ttsProvider: "deepgram",
  ttsVoice: "aura-asteria-en",
  ttsSpeed: 1,
  ttsAutoRead: false,
  showNotes: true,
  showTemplates: true,
  showProjects: true,
  showBookmarks: true,
  "reasoning.showByDefault": true,
  "reasoning.autoExpand": false,
  "reasoning.showDuringStreaming": true,
  "customInstructions.aboutUser": "",
  "customInstructions.responseStyle": "",
  "customInstructions.nickname": "",
  "customInstructions.occupation": "",
  "customInstructions.moreAboutYou": "",
  "customInstructions.enabled": false,
  "customInstructions.baseStyleAndTone": "default",
};

/** Longest text a user may write, in characters as JavaScript counts them (UTF-16 units), which is how the application counts. */
export const preferenceLimits: ReadonlyMap<string, number> = new Map([
  ["customInstructions.nickname", 100],
  ["customInstructions.occupation", 200],
  ["customInstructions.moreAboutYou", 3000],
  ["customInstructions.aboutUser", 3000],
  ["customInstructions.responseStyle", 3000],
]);
