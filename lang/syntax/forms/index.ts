/** All native forms: importing this declares them. */
import './conditionals.ts'
import './core.ts'
import './let.ts'
import './misc.ts'
import './modules.ts'
import './quasiquote.ts'
import './records.ts'
import './syntax-case.ts'
