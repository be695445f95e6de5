/** The package's door. Classes, methods and types below `generated/` come from the server's OpenAPI document. */
export { BaseAPI } from './base-api.ts'
export { Configuration, type ConfigurationParameters } from './configuration.ts'
export * from './generated/index.ts'
