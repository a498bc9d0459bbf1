const en = {
  loading: 'Loading the plans',
  retry: 'Try again',
  perMonth: '{amount} a month',
  nothing: 'Nothing to pay',
  agreement: 'By agreement',
  addons: 'Add-ons for Pro',
  included: 'Enterprise has both.',
  limits: 'What Free allows in each currency',
  currency: 'Currency',
  under: 'Rewards under',
  how: 'An owner or admin of a team changes its plan with {command} in Slack or Discord, and sees the exact figures first.',
  grace:
    'When a payment fails the plan goes on for {days} days. Bounties that are funded go on whatever becomes of the plan.',
};

const de: typeof en = {
  loading: 'Pläne werden geladen',
  retry: 'Noch einmal',
  perMonth: '{amount} im Monat',
  nothing: 'Kostenlos',
  agreement: 'Nach Vereinbarung',
  addons: 'Zusätze zu Pro',
  included: 'In Enterprise ist beides enthalten.',
  limits: 'Was Free in jeder Währung erlaubt',
  currency: 'Währung',
  under: 'Belohnungen unter',
  how: 'Inhaber und Admins eines Teams ändern den Plan mit {command} in Slack oder Discord und sehen vorher die genauen Beträge.',
  grace:
    'Schlägt eine Zahlung fehl, läuft der Plan noch {days} Tage. Bounties, die bezahlt sind, laufen in jedem Fall weiter.',
};

/** A text of the pricing element in the reader's language; English where there is no other. */
export function sayPricing(locale: string, name: keyof typeof en, values: Record<string, string> = {}): string {
  const text = (locale.toLowerCase().startsWith('de') ? de : en)[name];
  return text.replaceAll(/\{(\w+)\}/g, (_, key: string) => values[key] ?? '');
}
