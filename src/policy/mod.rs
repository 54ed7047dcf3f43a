//! XACML.
