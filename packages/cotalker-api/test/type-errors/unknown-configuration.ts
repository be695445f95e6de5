// TS2353: 'baseUrl' does not exist in type 'ConfigurationParameters'.
import { Configuration } from '@cotalker/cotalker-api'

new Configuration({ baseUrl: 'https://www.cotalker.com/api' })
