/**
 * Of what importer and deployment expect of each other: arguments, answers, encodings, mapping. Raised whenever one of them changes;
 * an importer refuses a deployment that answers another number in `status`.
 */
export const onlineVersion = 2;
