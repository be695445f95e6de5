import { idOf, type RoleId, type Sketch } from './documented-people.ts'

const picture = (original: string) => ({ small: original, square: original, original })
const captain = picture('https://data-us.cometchat.io/assets/images/avatars/captainamerica.png')

/** The people of CometChat's documentation, with the uids, dates and relations that its page "List Users" prints. */
export const cometChatPeople = (roleId: RoleId): Sketch[] => [
  {
    id: idOf('d', 24),
    uid: 'superhero4',
    email: 'superhero4@example.com',
    displayName: 'Wolverine',
    accessRoles: [roleId('user')],
    createdAt: '2021-08-25T05:27:50.000Z',
  },
  {
    id: idOf('d', 22),
    uid: 'superhero2',
    email: 'superhero2@example.com',
    displayName: 'Captain America',
    avatar: captain,
    accessRoles: [roleId('user')],
    createdAt: '2021-08-25T05:27:50.000Z',
    modifiedAt: '2021-08-30T07:31:16.000Z',
    version: 2,
  },
  {
    id: idOf('d', 23),
    uid: 'superhero3',
    email: 'superhero3@example.com',
    displayName: 'Captain America',
    link: 'https://data-us.cometchat.io/assets',
    avatar: captain,
    extensions: { metadata: { contactNumber: '0123456789' } },
    accessRoles: [roleId('user')],
    createdAt: '2021-08-25T05:27:50.000Z',
    modifiedAt: '2021-12-01T09:31:00.000Z',
    version: 2,
  },
  {
    id: idOf('d', 26),
    uid: 'superhero6',
    email: 'superhero6@example.com',
    displayName: 'Barry Allen',
    link: 'http://placehold.it',
    avatar: picture('http://placehold.it/120x120&text=image1'),
    extensions: { metadata: { email: 'user@email.com', contactNumber: '0123456789' } },
    accessRoles: [roleId('manager')],
    createdAt: '2021-12-01T10:20:15.000Z',
    modifiedAt: '2021-12-01T10:33:19.000Z',
    version: 2,
  },
]

/** Who looks at the others in that page has blocked one of them. */
export const cometChatBlocks = [
  { userId: idOf('d', 24), blockedId: idOf('d', 23), at: new Date('2021-12-01T08:20:53.000Z') },
]
