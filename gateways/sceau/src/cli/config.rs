//! `sceau config`.

use serde_json::json;

use super::{Connection, ServeArgs};
use crate::show::aligned;

/// Prints what is in force; the exit code of the process.
pub(super) fn show(args: &ServeArgs, connection: &Connection) -> u8 {
    let in_force = match args.layers(connection).and_then(|layers| layers.resolve()) {
        Ok((_, in_force)) => in_force,
        Err(faults) => {
            eprintln!("sceau: {faults}");
            return 64;
        }
    };
    if connection.json {
        let settings: Vec<_> = in_force
            .iter()
            .map(|entry| {
                json!({
                    "key": entry.setting.key, "value": entry.shown(), "origin": entry.origin.to_string(),
                    "variable": entry.setting.variable(), "meaning": entry.setting.meaning,
                })
            })
            .collect();
        sayln!("{:#}", serde_json::Value::Array(settings));
    } else {
        let head = ["SETTING", "VALUE", "FROM", "MEANING"].map(str::to_owned);
        let rows: Vec<Vec<String>> = in_force
            .iter()
            .map(|entry| {
                let setting = entry.setting;
                vec![
                    setting.key.to_owned(),
                    entry.shown().to_owned(),
                    entry.origin.to_string(),
                    setting.meaning.to_owned(),
                ]
            })
            .collect();
        say!("{}", aligned(&head, &rows));
    }
    0
}
