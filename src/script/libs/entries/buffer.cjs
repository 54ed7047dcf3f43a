// The `buffer` shim. Its Buffer is the one that all other libraries get.

module.exports = require('buffer/');
