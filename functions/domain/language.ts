/** Languages that we speak to customers. */
export const languages = ['en', 'ko', 'tr'] as const;
export type Language = (typeof languages)[number];

/** Text by language; what lacks one falls back to the program's own. */
export type Localized<T> = Partial<Record<Language, T>>;

/** Reads `ko`, `ko_KR` or `ko-KR`. @returns undefined for anything that we do not speak. */
export const readLanguage = (tag: string): Language | undefined => {
  const primary = tag.trim().toLowerCase().split(/[-_]/)[0];
  return languages.find((language) => language === primary);
};

/** The text in a language, else in the program's, else any. */
export const inLanguage = <T>(texts: Localized<T>, wanted: Language, fallback: Language): T | undefined =>
  texts[wanted] ?? texts[fallback] ?? Object.values(texts)[0];
