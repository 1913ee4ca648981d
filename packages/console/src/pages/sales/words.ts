import { type WordLanguage, wordPayStyle } from '../../../../server/src/console/words/pay-styles.ts';
import { codeHead, nameSales, salesWords, wordDelivery, wordRefund } from '../../../../server/src/console/words/sales.ts';
import { useLanguage } from '../../shared/text.ts';

export { payStyleWords } from '../../../../server/src/console/words/pay-styles.ts';

type Dimension = Parameters<typeof nameSales>[0];
type Row = Parameters<typeof nameSales>[1];

/** The words of tables of sales, in the reader's language: the same that a file has which is exported of them. */
export function useSalesWords() {
  const language: WordLanguage = useLanguage();
  return {
    ...{ language, words: salesWords[language] },
    name: (dimension: Dimension, row: Row) => nameSales(dimension, row, language),
    codeHead: (dimension: Dimension) => codeHead(dimension, language),
    payStyle: (style: string) => wordPayStyle(style, language),
    delivery: (state: Parameters<typeof wordDelivery>[0]) => wordDelivery(state, language),
    refund: (state: Parameters<typeof wordRefund>[0]) => wordRefund(state, language),
  };
}
