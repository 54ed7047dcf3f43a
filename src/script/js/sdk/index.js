// The classes of the Postman Collection SDK as scripts meet them; see README.md.

export { PropertyBase, Property, Description } from './property.js';
export { PropertyList } from './list.js';
export { Header, HeaderList } from './header.js';
export { QueryParam } from './query.js';
export { Url } from './url.js';
export { FormParam, RequestBody } from './body.js';
export { RequestAuth } from './auth.js';
export { Request } from './request.js';
export { Response } from './response.js';
export { Cookie, CookieList } from './cookie.js';
export { Variable, VariableList } from './variable.js';
export { VariableScope } from './scope.js';
export { setReasons } from './status.js';
export { parseJson } from './json.js';

import { Request } from './request.js';
import { Response } from './response.js';

/** Whether something is a request of this SDK. */
export const isPostmanRequest = Request.isRequest;
/** Whether something is a response of this SDK. */
export const isPostmanResponse = Response.isResponse;
