// chai and Postman's assertions, with what replaces chai's proxies.

const chai = require('chai');
const { guardAssertions } = require('./chai-proxify.cjs');

guardAssertions(chai.Assertion.prototype);

module.exports = { chai, chaiPostman: require('chai-postman') };
