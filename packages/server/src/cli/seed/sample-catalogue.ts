import type { AccessRole, JobTitle } from '../../core/index.ts'

const made = new Date('2019-04-26T22:00:31.263Z')

const role = (id: string, name: string, permissions: readonly string[], description: string): AccessRole => ({
  id,
  code: id,
  name,
  description,
  permissions,
  active: true,
  builtIn: false,
  details: {},
  version: 0,
  createdAt: made,
  modifiedAt: made,
})

/** The access roles of the sample people, by what they are for; the first five have the ids of Cotalker's examples, the last one is CometChat's. */
export const sampleRoles = {
  fullStack: role('5fb58a84444beecfca50a2b4', 'Full-stack developers', ['app-access', 'web-access'], 'Builds it all'),
  frontEnd: role('5fb58a933fb872b7b7c28faa', 'Front-end developers', ['app-access', 'web-access'], 'Builds what shows'),
  fieldStaff: role('619538262eebe7f03bde3db0', 'Field staff', ['app-access'], 'Works at the customer’s'),
  surveyors: role('6195382e7fde7e397f8b1f88', 'Surveyors', ['app-access', 'web-survey-read'], 'Answers surveys'),
  channelMembers: role('61953833306b4481a5f5a34b', 'Channel members', ['app-access'], 'Talks in channels'),
  usersAdmin: role('6a00000000000000000000a1', 'Users admin', ['admin-access', 'admin-users-write'], 'Keeps the users'),
  accessAdmin: role(
    '6a00000000000000000000a2',
    'Access admin',
    ['admin-access', 'admin-accesscontrol-write'],
    'Decides who may do what',
  ),
  usersReader: role('6a00000000000000000000a3', 'Users reader', ['admin-users-read'], 'Looks people up'),
  manager: { ...role('6a00000000000000000000a4', 'Manager', [], 'Manages'), code: 'manager' },
} as const satisfies Record<string, AccessRole>

const title = (id: string, code: string, display: string, lent: Partial<JobTitle> = {}): JobTitle => ({
  id,
  code,
  display,
  active: true,
  accessRoles: [],
  properties: [],
  allowedExtensions: [],
  version: 0,
  createdAt: made,
  modifiedAt: made,
  ...lent,
})

/** The job titles of the sample people; two lend roles to whoever holds them. */
export const sampleTitles = {
  director: title('6a00000000000000000000b1', 'director', 'Director', { accessRoles: [sampleRoles.usersReader.id] }),
  teamLead: title('6a00000000000000000000b2', 'team_lead', 'Team lead'),
  technicalWriter: title('6a00000000000000000000b3', 'senior_technical_writer', 'Senior technical writer'),
  fieldTechnician: title('6a00000000000000000000b4', 'field_technician', 'Field technician', {
    accessRoles: [sampleRoles.fieldStaff.id],
    allowedExtensions: ['hr'],
  }),
  surveyor: title('6a00000000000000000000b5', 'surveyor', 'Surveyor'),
  developer: title('6a00000000000000000000b6', 'developer', 'Developer'),
  receptionist: title('6a00000000000000000000b7', 'receptionist', 'Receptionist'),
  accountant: title('6a00000000000000000000b8', 'accountant', 'Accountant'),
} as const satisfies Record<string, JobTitle>
