// Stands in for the signing library of the published collections where postbud answers the logins itself: the grant is not
// signed, it only says which scopes are asked for. It never leaves the machine.
// A variable rather than a member of the global object: where a script evaluates this text, both are seen, and the global
// object has no name that every sandbox knows.
var pmlib = (function () {
  var letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  function base64url(text) {
    var bytes = unescape(encodeURIComponent(text));
    var out = '';
    for (var i = 0; i < bytes.length; i += 3) {
      var n = (bytes.charCodeAt(i) << 16) | ((bytes.charCodeAt(i + 1) || 0) << 8) | (bytes.charCodeAt(i + 2) || 0);
      var count = Math.min(bytes.length - i, 3) + 1;
      for (var j = 0; j < count; j += 1) {
        out += letters[(n >> (18 - 6 * j)) & 63];
      }
    }
    return out;
  }
  function jwtSign(jwk, payload, header, exp, alg) {
    var head = Object.assign({ typ: 'JWT', alg: alg || 'RS256' }, header || {});
    if (jwk && jwk.kid) { head.kid = jwk.kid; }
    var now = Math.floor(Date.now() / 1000);
    var claims = Object.assign({ iat: now, exp: now + (exp || 60) }, payload || {});
    return base64url(JSON.stringify(head)) + '.' + base64url(JSON.stringify(claims)) + '.unsigned';
  }
  return { jwtSign: jwtSign };
})();
