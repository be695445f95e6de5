import { settingsOf, type Tenant, type TenantSetting, type TenantSettings } from '../../core/index.ts'

/** What settings that are no tenant's are read from. */
export interface Surroundings {
  /** What links to ourselves begin with. */
  readonly site: string
  /** Whether strangers may register themselves where a tenant has not decided. */
  readonly openRegistration: boolean
}

/** One of the platform's settings, as the directory keeps it. */
interface Setting {
  /** What core calls it, if a tenant decides it. */
  readonly name?: TenantSetting
  /** Whether everybody may read it, without a session too. */
  readonly open: boolean
  readonly read: (tenant: Tenant, surroundings: Surroundings) => string | boolean
  /** `undefined` for a value of another kind; without it nobody changes the setting here. */
  readonly write?: (value: unknown) => Partial<TenantSettings> | undefined
}

type Switch = { [S in TenantSetting]: TenantSettings[S] extends boolean ? S : never }[TenantSetting]

const booleans = new Map<unknown, boolean>([
  [true, true],
  ['true', true],
  [false, false],
  ['false', false],
])

const switched = (name: Switch): Setting => ({
  name,
  open: true,
  read: (tenant) => settingsOf(tenant)[name],
  write: (value) => {
    const on = booleans.get(value)
    return on === undefined ? undefined : { [name]: on }
  },
})

/** `Secret URL` is not served: registration knows no secrets. */
const registrationForms = new Map<unknown, boolean>([
  ['Public', true],
  ['Disabled', false],
])

/** Every setting that is served, by the platform's ids, in the order of lists. */
export const settings: ReadonlyMap<string, Setting> = new Map<string, Setting>([
  ['API_Apply_permission_view-outside-room_on_users-list', switched('listingNeedsSearch')],
  ['Accounts_AllowDeleteOwnAccount', switched('ownDeletion')],
  ['Accounts_AllowEmailChange', switched('ownEmail')],
  ['Accounts_AllowInvisibleStatusOption', switched('invisibility')],
  ['Accounts_AllowPasswordChange', switched('ownPassword')],
  ['Accounts_AllowRealNameChange', switched('ownName')],
  ['Accounts_AllowUserAvatarChange', switched('ownAvatar')],
  ['Accounts_AllowUserProfileChange', switched('ownProfile')],
  ['Accounts_AllowUserStatusMessageChange', switched('ownStatusText')],
  ['Accounts_AllowUsernameChange', switched('ownUsername')],
  [
    'Accounts_CustomFields',
    {
      name: 'customFields',
      open: true,
      read: (tenant) => settingsOf(tenant).customFields,
      write: (value) => (typeof value === 'string' ? { customFields: value } : undefined),
    },
  ],
  ['Accounts_PasswordReset', switched('passwordReset')],
  [
    'Accounts_RegistrationForm',
    {
      name: 'registration',
      open: true,
      read: (tenant, { openRegistration }) =>
        (settingsOf(tenant).registration ?? openRegistration) ? 'Public' : 'Disabled',
      write: (value) => {
        const registration = registrationForms.get(value)
        return registration === undefined ? undefined : { registration }
      },
    },
  ],
  [
    'Accounts_Registration_Users_Default_Roles',
    {
      name: 'defaultRoles',
      open: false,
      read: (tenant) => settingsOf(tenant).defaultRoles.join(','),
      write: (value) => (typeof value === 'string' ? { defaultRoles: namesIn(value) } : undefined),
    },
  ],
  ['Site_Name', { open: true, read: ({ name }) => name }],
  ['Site_Url', { open: true, read: (_tenant, { site }) => site }],
  ['uniqueID', { open: true, read: ({ id }) => id }],
])

const ids: ReadonlyMap<string, string> = new Map(
  [...settings].flatMap(([id, { name }]) => (name === undefined ? [] : [[name, id] as const])),
)

/** The platform's id of the setting that core means; `undefined` for what is none. */
export const settingId = (field: string): string | undefined => ids.get(field)

/** Comma-separated; spaces around the names do not count. */
const namesIn = (text: string): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
