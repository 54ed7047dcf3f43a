//! What lives as long as a run: scopes, cookies, the client, the sandbox.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;

use serde_json::Value;

use crate::environment::data::Row;
use crate::script::{ScopeChange, ScopeChanges};
use crate::variables::{Scope, ScopeStack, Variable};

/// The variable scopes of a run.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    /// `pm.variables`: survives requests and iterations.
    pub(super) local: Scope,
    /// Environment.
    pub(super) environment: Scope,
    /// The collection's variables.
    pub(super) collection: Scope,
    /// Globals.
    pub(super) globals: Scope,
}

impl Scopes {
    /// The names of all variables.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let all = [&self.local, &self.environment, &self.collection, &self.globals];
        all.into_iter().flat_map(|scope| scope.variables.iter().map(|variable| variable.key.as_str()))
    }

    /// The carried scope of that name in the contract with the sandbox.
    pub(super) fn by_name(&mut self, name: &str) -> Option<&mut Scope> {
        match name {
            "environment" => Some(&mut self.environment),
            "globals" => Some(&mut self.globals),
            "collectionVariables" => Some(&mut self.collection),
            "variables" => Some(&mut self.local),
            _ => None,
        }
    }

    /// Applies what a script changed.
    pub(super) fn apply(&mut self, changes: Vec<ScopeChanges>) {
        for ScopeChanges { scope, changes } in changes {
            let Some(scope) = self.by_name(&scope) else { continue };
            for change in changes {
                match change {
                    ScopeChange::Set(key, value) => scope.set(&key, value),
                    ScopeChange::Unset(key) => scope.unset(&key),
                    ScopeChange::Clear => scope.clear(),
                }
            }
        }
    }

    /// Replaces the local layer.
    pub(super) fn replace_local(&mut self, entries: &Value) {
        self.local.variables =
            entries.as_array().map(|list| list.iter().filter_map(Variable::from_value).collect()).unwrap_or_default();
    }
}

/// Looks up what `{{…}}` means at one moment of a run.
pub(super) struct Lookup<'a> {
    pub(super) scopes: &'a Scopes,
    pub(super) row: Option<&'a Row>,
    pub(super) overrides: &'a dyn Fn(&str) -> Option<String>,
    pub(super) dynamic: &'a dyn Fn(&str) -> Option<String>,
}

impl Lookup<'_> {
    /// The stack of scopes in Postman's order.
    pub(super) fn stack(&self) -> ScopeStack<'_> {
        ScopeStack {
            local: &self.scopes.local,
            data: self.row,
            environment: &self.scopes.environment,
            collection: &self.scopes.collection,
            globals: &self.scopes.globals,
            overrides: self.overrides,
            dynamic: self.dynamic,
        }
    }
}

/// Facts about the run that scripts may ask for.
#[derive(Debug, Default)]
pub(super) struct RunFacts {
    pub(super) collection_name: String,
    pub(super) iteration_count: u32,
    /// What was said once and need not be said again.
    pub(super) told: RefCell<HashSet<String>>,
    /// Names of variables that stayed unresolved and were already warned about.
    pub(super) unresolved: RefCell<HashSet<String>>,
    /// Old names that were already warned about.
    pub(super) deprecated: RefCell<HashSet<String>>,
    /// Secrets of the user, where a file of them was given.
    pub(super) vault: Option<super::vault::Vault>,
    /// How many requests that scripts run (`pm.execution.runRequest`) are on their way, one inside of the other.
    pub(super) nested: Cell<u32>,
    /// Executions of items so far.
    pub(super) executions: Cell<u64>,
}

/// Gives a value for a name, or nothing.
pub(super) type NameLookup = Rc<dyn Fn(&str) -> Option<String>>;

/// The scopes, shared with scripts while they run.
pub(super) type SharedScopes = Rc<RefCell<Scopes>>;
