/** The entry of the start-up snapshot for Scheme programs. */
import { saveProgramStart } from './program-start.ts'

saveProgramStart([])
