import { type TSchema, Type } from 'typebox'
import { closed, Dictionary, Envelope, Text } from './schema-parts.ts'
import { TextOrNull } from './schemas-changes.ts'

type Kind = 'flag' | 'text' | 'number' | 'texts' | 'objects'

/** Every preference that releases 6 know. They are kept for their clients, and mean nothing to the directory. */
const kinds: Readonly<Record<string, Kind>> = {
  alsoSendThreadToChannel: 'text',
  autoImageLoad: 'flag',
  clockMode: 'number',
  collapseMediaByDefault: 'flag',
  convertAsciiEmoji: 'flag',
  desktopNotificationRequireInteraction: 'flag',
  desktopNotifications: 'text',
  displayAvatars: 'flag',
  dontAskAgainList: 'objects',
  emailNotificationMode: 'text',
  enableAutoAway: 'flag',
  enableMobileRinging: 'flag',
  featuresPreview: 'objects',
  fontSize: 'text',
  hideFlexTab: 'flag',
  hideRoles: 'flag',
  hideUsernames: 'flag',
  highlights: 'texts',
  idleTimeLimit: 'number',
  idleTimeLimitH: 'number',
  idleTimeLimitM: 'number',
  idleTimeLimitS: 'number',
  mentionsWithSymbol: 'flag',
  muteFocusedConversations: 'flag',
  newMessageNotification: 'text',
  newRoomNotification: 'text',
  notificationsSoundVolume: 'number',
  notifyCalendarEvents: 'flag',
  omnichannelHideConversationAfterClosing: 'flag',
  omnichannelTranscriptEmail: 'flag',
  omnichannelTranscriptPDF: 'flag',
  pushNotifications: 'text',
  receiveLoginDetectionEmail: 'flag',
  saveMobileBandwidth: 'flag',
  sendOnEnter: 'text',
  showThreadsInMainChannel: 'flag',
  sidebarDisplayAvatar: 'flag',
  sidebarGroupByType: 'flag',
  sidebarShowFavorites: 'flag',
  sidebarShowUnread: 'flag',
  sidebarSortby: 'text',
  sidebarViewMode: 'text',
  themeAppearence: 'text',
  unreadAlert: 'flag',
  useEmojis: 'flag',
}

const schemas: Record<Kind, TSchema> = {
  flag: Type.Unsafe<unknown>({ type: ['boolean', 'null'] }),
  text: TextOrNull,
  number: Type.Unsafe<unknown>({ type: ['number', 'null'] }),
  texts: Type.Unsafe<unknown>({ type: ['array', 'null'], items: { type: 'string' } }),
  objects: Type.Unsafe<unknown>({ type: ['array', 'null'], items: { type: 'object' } }),
}

const known = Object.fromEntries(Object.entries(kinds).map(([name, kind]) => [name, Type.Optional(schemas[kind])]))
const Preferences = Type.Unsafe<Record<string, unknown> & { readonly language?: string | null }>(
  closed({ language: Type.Optional(TextOrNull), ...known }),
)

export const SetPreferencesBody = closed({
  userId: Type.Optional(Type.String({ minLength: 1, description: 'The caller when absent' })),
  data: Preferences,
})
export const PreferencesReply = Envelope({ preferences: Dictionary }, "The caller's preferences")
export const SavedPreferencesReply = Envelope(
  { user: Type.Object({ _id: Text, settings: Type.Object({ preferences: Dictionary }) }) },
  'The preferences as they are now',
)
