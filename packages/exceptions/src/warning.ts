import { Exception } from './exception.ts';
import { brand } from './internal/brand.ts';

/**
 * The base of all warning categories; see {@link warn}.
 *
 * Python: `Warning`.
 */
export class Warning extends Exception {
  static {
    brand(Warning, 'Warning');
  }
}

/**
 * The category of a warning that names none.
 *
 * Python: `UserWarning`.
 */
export class UserWarning extends Warning {
  static {
    brand(UserWarning, 'UserWarning');
  }
}

/**
 * The category of warnings about something that will go away.
 *
 * Node honours `--no-deprecation`, `--throw-deprecation` and `--trace-deprecation` for it.
 *
 * Python: `DeprecationWarning`.
 */
export class DeprecationWarning extends Warning {
  static {
    brand(DeprecationWarning, 'DeprecationWarning');
  }
}

/**
 * The category of warnings about doubtful behaviour at run time.
 *
 * Python: `RuntimeWarning`.
 */
export class RuntimeWarning extends Warning {
  static {
    brand(RuntimeWarning, 'RuntimeWarning');
  }
}

/**
 * The category of warnings about something that was not closed: a process never waited for, an open pipe.
 *
 * Python: `ResourceWarning`.
 */
export class ResourceWarning extends Warning {
  static {
    brand(ResourceWarning, 'ResourceWarning');
  }
}
