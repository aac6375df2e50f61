//! The words in which a gateway says who may do what.

use std::fmt;

use sceau_kernel::Role;

use crate::Caller;

/// Whose data a grant reaches. The tenant is always the caller's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Whose {
    /// Only what belongs to the company or stamper that the caller acts for.
    Own,
    /// Everything of the tenant.
    Tenant,
}

/// A role and what it may reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// What it may reach.
    pub whose: Whose,
}

/// Who may call a method. A method without a rule may be called by nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Full name: `/sceau.order.v1.OrderCommandService/PlaceOrder`.
    pub method: &'static str,
    /// True when no token is needed.
    pub public: bool,
    /// Who may call it, the widest grant first.
    pub grants: &'static [Grant],
}

/// The caller's roles do not allow the method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied {
    /// The method.
    pub method: &'static str,
    /// The caller's roles.
    pub roles: Vec<Role>,
    /// The roles that would be allowed.
    pub allowed: Vec<Role>,
}

impl Rule {
    /// The widest grant under which this caller may call the method.
    pub fn grant(&self, caller: &Caller) -> Result<Grant, Denied> {
        self.grants.iter().find(|grant| caller.roles.contains(&grant.role)).copied().ok_or_else(|| Denied {
            method: self.method,
            roles: caller.roles.clone(),
            allowed: self.grants.iter().map(|grant| grant.role).collect(),
        })
    }
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |roles: &[Role]| roles.iter().map(|role| role.name()).collect::<Vec<_>>().join(", ");
        write!(
            f,
            "{} is for {}: your token has {}",
            self.method,
            names(&self.allowed),
            if self.roles.is_empty() { "no role".to_owned() } else { names(&self.roles) }
        )
    }
}

impl std::error::Error for Denied {}

#[cfg(test)]
mod tests {
    use sceau_kernel::Timestamp;

    use super::*;

    const RULE: Rule = Rule {
        method: "/x/Y",
        public: false,
        grants: &[
            Grant { role: Role::Administrator, whose: Whose::Tenant },
            Grant { role: Role::Company, whose: Whose::Own },
        ],
    };

    fn caller(roles: &[Role]) -> Caller {
        Caller {
            tenant: "ci".parse().unwrap(),
            subject: "awa".into(),
            roles: roles.to_vec(),
            party: None,
            token_id: "1".into(),
            expires: Timestamp(0),
        }
    }

    #[test]
    fn the_widest_grant_counts_whatever_the_order_of_the_roles() {
        let both = caller(&[Role::Company, Role::Administrator]);
        assert_eq!(RULE.grant(&both).map(|grant| grant.whose), Ok(Whose::Tenant));
    }

    #[test]
    fn a_role_without_a_grant_is_denied_and_told_who_may() {
        let denied = RULE.grant(&caller(&[Role::Auditor])).unwrap_err();
        assert_eq!(denied.to_string(), "/x/Y is for administrator, company: your token has auditor");
    }
}
