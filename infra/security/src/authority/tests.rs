use std::time::Duration;

use super::*;

const NOW: Timestamp = Timestamp(1_767_225_600_000_000);

fn options(issuer: &str) -> AuthorityOptions {
    AuthorityOptions {
        issuer: issuer.to_owned(),
        tenants: vec!["ci".parse().unwrap(), "sn".parse().unwrap()],
        remembered_tokens: 4,
    }
}

fn authority(folder: &Path) -> TokenAuthority {
    TokenAuthority::open(folder, options("https://sceau.test"), NOW).unwrap()
}

fn request(roles: &[Role], party: Option<&str>) -> TokenRequest {
    TokenRequest {
        tenant: "ci".parse().unwrap(),
        subject: "awa".to_owned(),
        roles: roles.to_vec(),
        party: party.map(str::to_owned),
        lifetime: Duration::from_hours(1),
    }
}

#[test]
fn a_token_names_its_bearer() {
    let folder = tempfile::tempdir().unwrap();
    let authority = authority(folder.path());
    let issued = authority.issue(&request(&[Role::Company], Some("c-1")), NOW).unwrap();
    let caller = authority.verify(&issued.token, NOW).unwrap();
    assert_eq!((caller.tenant.as_str(), &*caller.subject, caller.party.as_deref()), ("ci", "awa", Some("c-1")));
    assert_eq!(caller.roles, [Role::Company]);
    assert_eq!(caller.expires, NOW.plus_micros(3_600_000_000));
}

#[test]
fn a_token_counts_after_a_restart_and_after_a_rotation() {
    let folder = tempfile::tempdir().unwrap();
    let first = authority(folder.path());
    let issued = first.issue(&request(&[Role::Auditor], None), NOW).unwrap();
    first.rotate(NOW).unwrap();
    let again = authority(folder.path());
    assert!(again.verify(&issued.token, NOW).is_ok());
    assert_eq!(again.keys().iter().map(|key| key.current).collect::<Vec<_>>(), [false, true]);
    let newer = again.issue(&request(&[Role::Auditor], None), NOW).unwrap();
    assert!(again.verify(&newer.token, NOW).is_ok());
}

#[test]
fn a_revoked_token_identifies_nobody_at_once_and_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let first = authority(folder.path());
    let issued = first.issue(&request(&[Role::Auditor], None), NOW).unwrap();
    assert!(first.verify(&issued.token, NOW).is_ok());
    first.revoke(&issued.token_id, issued.expires, NOW).unwrap();
    let revoked = TokenError::Revoked { token_id: issued.token_id };
    assert_eq!(first.verify(&issued.token, NOW), Err(revoked.clone()));
    assert_eq!(authority(folder.path()).verify(&issued.token, NOW), Err(revoked));
}

#[test]
fn an_ended_token_identifies_nobody_though_it_was_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let authority = authority(folder.path());
    let issued = authority.issue(&request(&[Role::Auditor], None), NOW).unwrap();
    assert!(authority.verify(&issued.token, NOW).is_ok());
    let at = issued.expires.0 / 1_000_000;
    assert_eq!(authority.verify(&issued.token, issued.expires), Err(TokenError::Expired { at }));
}

#[test]
fn every_way_in_which_a_token_is_not_ours_has_its_name() {
    let (ours, theirs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let authority = authority(ours.path());
    let other = TokenAuthority::open(theirs.path(), options("https://sceau.test"), NOW).unwrap();
    let elsewhere = TokenAuthority::open(ours.path(), options("https://elsewhere.test"), NOW).unwrap();
    let wide = AuthorityOptions { tenants: vec!["gh".parse().unwrap()], ..options("https://sceau.test") };
    let wide = TokenAuthority::open(ours.path(), wide, NOW).unwrap();
    let plain = request(&[Role::Auditor], None);
    let ghana = TokenRequest { tenant: "gh".parse().unwrap(), ..plain.clone() };
    let good = authority.issue(&plain, NOW).unwrap().token;
    let cases = [
        (String::new(), "TOKEN_MALFORMED"),
        ("a.b.c".to_owned(), "TOKEN_MALFORMED"),
        ("x".repeat(5000), "TOKEN_MALFORMED"),
        // {"alg":"none"} and the same claims without a signature.
        (format!("eyJhbGciOiJub25lIn0.{}.", good.split('.').nth(1).unwrap()), "TOKEN_MALFORMED"),
        (other.issue(&plain, NOW).unwrap().token, "TOKEN_KEY_UNKNOWN"),
        (elsewhere.issue(&plain, NOW).unwrap().token, "TOKEN_ISSUER_FOREIGN"),
        (wide.issue(&ghana, NOW).unwrap().token, "TOKEN_TENANT_FOREIGN"),
        (authority.issue(&plain, NOW.plus_days(1)).unwrap().token, "TOKEN_NOT_YET_VALID"),
    ];
    for (token, code) in cases {
        assert_eq!(authority.verify(&token, NOW).map_err(|error| error.code()), Err(code), "{token}");
    }
}

#[test]
fn no_token_with_one_character_changed_counts() {
    let folder = tempfile::tempdir().unwrap();
    let authority = authority(folder.path());
    let token = authority.issue(&request(&[Role::Auditor], None), NOW).unwrap().token;
    for place in 0..token.len() {
        let mut forged = token.clone().into_bytes();
        forged[place] = if forged[place] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(forged).unwrap();
        assert!(authority.verify(&forged, NOW).is_err(), "place {place}");
    }
}

#[test]
fn roles_that_nobody_may_bear_are_not_given() {
    let folder = tempfile::tempdir().unwrap();
    let authority = authority(folder.path());
    for role in [Role::System, Role::Company, Role::Stamper] {
        let refused = authority.issue(&request(&[role], None), NOW).map_err(|error| error.code());
        assert_eq!(refused, Err("ROLE_NOT_GRANTABLE"), "{role:?}");
    }
}

#[test]
fn keys_that_others_may_read_are_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    authority(folder.path());
    let file = folder.path().join("token-keys.json");
    let mode = std::fs::metadata(&file).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let opened = TokenAuthority::open(folder.path(), options("https://sceau.test"), NOW);
    assert!(matches!(opened, Err(KeyError::Exposed { mode: 0o644, .. })));
}

#[test]
fn what_is_remembered_is_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let authority = authority(folder.path());
    for _ in 0..20 {
        let token = authority.issue(&request(&[Role::Auditor], None), NOW).unwrap().token;
        assert!(authority.verify(&token, NOW).is_ok());
    }
    assert_eq!(authority.verify("", NOW).map_err(|error| error.code()), Err("TOKEN_MALFORMED"));
}
