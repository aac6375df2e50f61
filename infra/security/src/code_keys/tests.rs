//! Keys through their life.

use super::*;

fn tenants() -> Vec<Tenant> {
    vec!["ci".parse().unwrap(), "sn".parse().unwrap()]
}

fn open(folder: &Path, now: i64) -> CodeKeys {
    CodeKeys::open(folder, &tenants(), Timestamp(now)).unwrap()
}

fn withdrawal(at: i64) -> Withdrawal {
    Withdrawal { at: Timestamp(at), reason: "stolen".to_owned(), by: "administrator".to_owned() }
}

#[test]
fn each_tenant_has_keys_of_its_own_that_outlive_a_restart_and_a_rotation() {
    let folder = tempfile::tempdir().unwrap();
    let tenants = tenants();
    let keys = open(folder.path(), 1);
    let first = keys.current(&tenants[0]).unwrap();
    let second = keys.rotate(&tenants[0], Timestamp(2)).unwrap();
    assert_eq!((first.id, second.id, keys.current(&tenants[1]).unwrap().id), (1, 3, 2));

    let again = open(folder.path(), 3);
    assert_eq!(again.current(&tenants[0]).unwrap().id, second.id);
    let old = again.by_id(first.id).unwrap();
    assert_eq!((old.verifying, old.until), (first.verifying, Some(Timestamp(2))));
    assert_eq!(again.of_tenant(&tenants[0]).iter().map(|key| key.current).collect::<Vec<_>>(), [false, true]);
    for of in [CodeKeys::digits, CodeKeys::tag_key, |keys: &CodeKeys, tenant: &Tenant| {
        keys.list_key(tenant).map(|key| key.to_bytes())
    }] {
        assert_eq!(of(&again, &tenants[0]), of(&keys, &tenants[0]));
        assert_ne!(of(&again, &tenants[0]), of(&again, &tenants[1]));
    }
}

#[test]
fn a_withdrawn_key_gives_place_to_another_and_stays_withdrawn() {
    let folder = tempfile::tempdir().unwrap();
    let tenant = &tenants()[0];
    let keys = open(folder.path(), 1);
    let elsewhere = open(folder.path(), 1);
    keys.withdraw(tenant, 1, withdrawal(5)).unwrap();
    let again = keys.withdraw(tenant, 1, withdrawal(9)).unwrap();
    assert_eq!(again.withdrawn, Some(withdrawal(5)));
    assert_eq!((keys.current(tenant).unwrap().id, keys.of_tenant(tenant).len()), (3, 2));

    // An older key is withdrawn without a new one.
    keys.rotate(tenant, Timestamp(10)).unwrap();
    keys.withdraw(tenant, 3, withdrawal(11)).unwrap();
    assert_eq!((keys.current(tenant).unwrap().id, keys.of_tenant(tenant).len()), (4, 3));

    assert!(elsewhere.by_id(1).unwrap().withdrawn.is_none());
    let before = elsewhere.changes();
    elsewhere.refresh().unwrap();
    assert!(elsewhere.by_id(1).unwrap().withdrawn.is_some());
    assert_ne!(elsewhere.changes(), before);
    let settled = elsewhere.changes();
    elsewhere.refresh().unwrap();
    assert_eq!(elsewhere.changes(), settled);
}

#[test]
fn nobody_withdraws_the_key_of_another_or_one_that_there_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let keys = open(folder.path(), 1);
    for id in [2, 9] {
        let error = keys.withdraw(&tenants()[0], id, withdrawal(5));
        assert!(matches!(error, Err(KeyError::Unknown { id: named }) if named == id));
    }
}

#[test]
fn a_key_is_rotated_once_when_it_is_due() {
    let folder = tempfile::tempdir().unwrap();
    let tenant = &tenants()[0];
    let (one, other) = (open(folder.path(), 10), open(folder.path(), 10));
    assert!(!one.rotate_due(tenant, Timestamp(9), Timestamp(20)).unwrap());
    assert!(one.rotate_due(tenant, Timestamp(10), Timestamp(20)).unwrap());
    assert!(!other.rotate_due(tenant, Timestamp(10), Timestamp(20)).unwrap(), "the other node has done it");
    assert_eq!(other.current(tenant).unwrap().id, one.current(tenant).unwrap().id);
}

#[test]
fn keys_in_clear_are_taken_over_and_sealed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("code-keys.json");
    let seed = "07".repeat(32);
    let clear = format!(
        r#"{{"signing": [{{"id": 1, "tenant": "ci", "seed": "{seed}", "since": 1}}],
            "digits": [{{"tenant": "ci", "key": "{seed}"}}]}}"#
    );
    secret_file::replace_bytes(&file, clear.as_bytes()).unwrap();
    let keys = open(folder.path(), 2);
    let key = keys.by_id(1).unwrap();
    assert_eq!((key.signing.to_bytes(), key.current, keys.digits(&key.tenant)), ([7; 32], true, Some([7; 32])));
    let sealed = std::fs::read_to_string(&file).unwrap();
    assert!(sealed.contains("xchacha20poly1305") && !sealed.contains(&seed), "{sealed}");
    assert_eq!(open(folder.path(), 3).by_id(1).unwrap().verifying, key.verifying);
}

#[test]
fn keys_are_not_opened_with_another_master_key() {
    let folder = tempfile::tempdir().unwrap();
    let open = |master: [u8; 32]| {
        CodeKeys::open_sealed(folder.path(), MasterKey::new(&master), &tenants(), Timestamp(1)).map(|_| ())
    };
    open([1; 32]).unwrap();
    open([1; 32]).unwrap();
    assert!(matches!(open([2; 32]), Err(KeyError::OtherMaster { .. })));
    assert!(!folder.path().join("master.key").exists());
}
