import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';

export const languages = { zh: '中文', en: 'English' } as const;
export type Language = keyof typeof languages;

const remembered = 'polyvend.language';

/** What was chosen last in this browser, else what the browser speaks. */
export function firstLanguage(): Language {
  const chosen = localStorage.getItem(remembered);
  if (chosen === 'zh' || chosen === 'en') return chosen;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

export function chooseLanguage(language: Language): void {
  localStorage.setItem(remembered, language);
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  void i18next.changeLanguage(language);
}

void i18next.use(initReactI18next).init({
  lng: firstLanguage(),
  fallbackLng: 'en',
  resources: {},
  interpolation: { escapeValue: false },
  react: { useSuspense: false },
});
document.documentElement.lang = firstLanguage() === 'zh' ? 'zh-CN' : 'en';

export const useLanguage = (): Language => (useTranslation().i18n.language === 'zh' ? 'zh' : 'en');

type Values = Readonly<Record<string, string | number>>;

/**
 * The texts of a page, each in both languages, beside the page. `{{name}}` is filled with a value; of English, `key_one` and
 * `key_other` are chosen by `count`. Answers a hook that answers how to say them.
 */
export function defineText<const E extends Readonly<Record<string, string>>>(
  namespace: string,
  texts: { en: E; zh: { readonly [K in BaseOf<keyof E & string>]: string } },
) {
  for (const language of ['en', 'zh'] as const) i18next.addResourceBundle(language, namespace, texts[language], true, true);
  return function useText() {
    const { t } = useTranslation(namespace);
    return (key: BaseOf<keyof E & string>, values: Values = {}): string => String(t(key as never, values as never));
  };
}

type BaseOf<K extends string> = K extends `${infer B}_one` ? B : K extends `${infer B}_other` ? B : K;
